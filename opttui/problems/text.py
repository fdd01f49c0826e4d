"""Real English text that every Python brings along: its own help texts. Knows no model.

They differ a little from one Python version to the next, so a run's record holds their hash.
"""

import hashlib
import sys
from pydoc_data.topics import topics


def corpus() -> str:
    """All help texts, in the order of their names."""
    return "\n".join(topics[name] for name in sorted(topics))


def origin() -> str:
    """What text it is, in words that tell one version from another."""
    text = corpus()
    python = ".".join(map(str, sys.version_info[:3]))
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"help texts of Python {python} (pydoc_data.topics): {len(text):,} characters, sha256 {digest}"
