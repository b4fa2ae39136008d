"""What a lecture tells the engine: contracts, catalogues, and where they are found."""
