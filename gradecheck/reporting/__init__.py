"""What a comparison report holds, found part by part and put together; rendered by `reports`."""
