"""Sections as the host prints them, from text that is easy to read."""

from __future__ import annotations


def section(**parts: str | bytes) -> bytes:
    """Parts by name; text gets its last newline, bytes stay as they are."""
    blocks = []
    for name, body in parts.items():
        data = body if isinstance(body, bytes) else body.strip("\n").encode("utf-8", "surrogateescape") + b"\n"
        blocks.append(f"\n@@0 part {name}\n".encode() + data)
    return b"".join(blocks)


def shown(files: dict[str, str]) -> str:
    """Files as ``show`` prints them."""
    return "\n".join(
        f">{path}\n" + "\n".join("|" + line for line in text.strip("\n").split("\n")) for path, text in files.items()
    )


def bare(files: dict[str, str]) -> str:
    """Files as ``bare`` prints them; comments should not be among them."""
    return "\n".join(
        f">{path}\n" + "\n".join(f"{at}|{line}" for at, line in enumerate(text.strip("\n").split("\n"), 1))
        for path, text in files.items()
    )


def nul(*records: str) -> bytes:
    return b"".join(record.encode("utf-8", "surrogateescape") + b"\0" for record in records)
