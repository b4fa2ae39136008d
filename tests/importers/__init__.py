"""How platforms read what is uploaded, written again from their code or schema: what exports are held to."""
