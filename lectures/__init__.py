"""The lectures that gradecheck brings along: a pack each, found as any other pack is."""
