"""What each platform asks to upload: a file a platform."""
