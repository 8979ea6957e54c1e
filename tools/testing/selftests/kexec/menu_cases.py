# SPDX-License-Identifier: GPL-2.0-only
"""Kernels that are started as what the boot loader has, without naming their files."""

from case import Case


def core():
    for loader, default, init in (("systemd", "wanted-1.conf", "systemctl"),
                                  ("grub", "wanted", "shutdown")):
        yield Case(f"menu-{loader}", stage="menu.sh",
                   settings={"LOADER": loader, "DEFAULT": default, "INIT": init})
