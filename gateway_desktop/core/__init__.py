"""What do the words mean? Frozen dataclasses and enums; standard library only, no I/O."""
