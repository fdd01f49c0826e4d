"""A driver for Textual's apps that counts instead of writing."""

from textual.drivers.headless_driver import HeadlessDriver


class Counting(HeadlessDriver):
    """Encodes what would be written, and counts it."""

    written = 0

    @property
    def is_headless(self) -> bool:
        """No: a headless app does not encode."""
        return False

    def flush(self) -> None:
        """Nothing is held back."""

    def write(self, data: str) -> None:
        """Count."""
        Counting.written += len(data.encode())
