"""Files, and the processor's cores."""
