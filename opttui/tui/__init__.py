"""The screen: the only importer of Textual. Never imports torch."""
