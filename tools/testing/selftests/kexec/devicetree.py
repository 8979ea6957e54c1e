# SPDX-License-Identifier: GPL-2.0-only
"""A flattened device tree (Devicetree Specification v0.4, chapter 5)."""

import struct

BEGIN, END_NODE, PROPERTY, END = 1, 2, 3, 9
HEADER, RESERVED = 40, 16


def tree(model="kexec"):
    """A root node with a model."""
    names = b"model\0"
    value = model.encode() + b"\0"
    nodes = struct.pack(">4I", BEGIN, 0, PROPERTY, len(value)) + struct.pack(">I", 0)
    nodes += value + bytes(-len(value) % 4) + struct.pack(">2I", END_NODE, END)
    at = HEADER + RESERVED
    head = struct.pack(">10I", 0xd00dfeed, at + len(nodes) + len(names), at, at + len(nodes), HEADER,
                       17, 16, 0, len(names), len(nodes))
    return head + bytes(RESERVED) + nodes + names
