"""What a lecture tells the engine: contracts and catalogues, and how packs are found."""
