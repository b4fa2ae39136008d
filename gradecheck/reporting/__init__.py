"""What a comparison report holds, found part by part and put together. It is rendered by `reports`."""
