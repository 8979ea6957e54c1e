# SPDX-License-Identifier: GPL-2.0-only
"""Device trees handed to the next kernel."""

import hashlib

import devicetree
from case import Case, Setup
from judges import contains, lacks


class DtbCase(Case):
    """A kernel that is handed a device tree."""

    def setup(self, made, stock):
        return DtbSetup(self, made, stock)


class DtbSetup(Setup):
    """Adds the tree, and says which it is."""

    def _last_words(self):
        return "kx.dtb=" + hashlib.sha256(devicetree.tree()).hexdigest()

    def _loading_stage(self, archive, stage):
        super()._loading_stage(archive, stage)
        archive.data("boot/dtb", devicetree.tree())


def core():
    """What every change has to get right."""
    for name, settings in (("dtb", {}), ("dtb-vmlinux", {"target": "own:vmlinux"}),
                           ("dtb-raw", {"how": "-c"}),
                           ("dtb-raw-vmlinux", {"how": "-c", "target": "own:vmlinux"}),
                           ("dtb-auto-on-6.1", {"how": "-a", "first": "6.1"})):
        yield DtbCase(name, "dtb.sh", "arrive-dtb.sh", judges=(contains("setup_data", "0x2"),), **settings)
    yield Case("dtb-none-to-carry", "dtb-carry.sh", judges=(lacks("setup_data", "0x2"),))


def nightly():
    """A kernel that was given a tree hands it on, by either call; only one built for trees has it."""
    for name, how in (("dtb-carried", "-s"), ("dtb-carried-raw", "-c")):
        yield DtbCase(name, "dtb.sh", "arrive-dtb.sh", relay="dtb-carry.sh", stages=3, how=how,
                      first="ima", target="ima", judges=(contains("setup_data", "0x2"),))
