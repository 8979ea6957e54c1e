# SPDX-License-Identifier: GPL-2.0-only
"""Writes "newc" cpio archives, the format of an initramfs, without privilege."""

import os
import stat
import subprocess

BUSYBOX = "/bin/busybox"
CHUNK = 1 << 20


class Archive:
    """An archive that is written to @path as files are added to it."""

    def __init__(self, path):
        self.path = path
        self.inode = 0
        self.directories = set()
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.out = open(path, "wb")

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self._header("TRAILER!!!", 0, 0)
        self.out.close()

    def _pad(self):
        self.out.write(bytes(-self.out.tell() % 4))

    def _header(self, name, mode, size, device=(0, 0)):
        self.inode += 1
        encoded = name.encode() + b"\0"
        fields = (self.inode, mode, 0, 0, 1, 0, size, 0, 0, *device, len(encoded), 0)
        self.out.write(b"070701" + b"".join(b"%08X" % field for field in fields))
        self.out.write(encoded)
        self._pad()

    def _member(self, name, mode, data=b"", device=(0, 0)):
        name = name.strip("/")
        self.directory(os.path.dirname(name))
        self._header(name, mode, len(data), device)
        self.out.write(data)
        self._pad()

    def directory(self, name):
        """Adds the directory @name with its parents; once is enough."""
        if name in self.directories or name in ("", "/"):
            return
        self.directories.add(name)
        self._member(name, stat.S_IFDIR | 0o755)

    def data(self, name, data, mode=0o644):
        """Adds a file that holds @data."""
        data = data.encode() if isinstance(data, str) else data
        self._member(name, stat.S_IFREG | mode, data)

    def link(self, name, target):
        """Adds a symbolic link."""
        self._member(name, stat.S_IFLNK | 0o777, target.encode())

    def character_device(self, name, major, minor):
        """Adds a device node; a kernel without one in reach cannot give /init a console."""
        self._member(name, stat.S_IFCHR | 0o600, device=(major, minor))

    def file(self, name, source, mode=None):
        """Adds a copy of the file @source, block by block."""
        with open(source, "rb") as data:
            status = os.fstat(data.fileno())
            name = name.strip("/")
            self.directory(os.path.dirname(name))
            self._header(name, stat.S_IFREG | (mode or status.st_mode & 0o777), status.st_size)
            for block in iter(lambda: data.read(CHUNK), b""):
                self.out.write(block)
        self._pad()


    def tree(self, name, source):
        """Adds all that lies below the directory @source."""
        for root, directories, files in os.walk(source):
            place = os.path.join(name, os.path.relpath(root, source))
            for entry in sorted(directories + files):
                path = os.path.join(root, entry)
                inside = os.path.normpath(os.path.join(place, entry))
                if os.path.islink(path):
                    self.link(inside, os.readlink(path))
                elif entry in files:
                    self.file(inside, path)


def add_userland(archive):
    """Adds busybox under all its names, and the directories a running system has."""
    for directory in ("dev", "proc", "sys", "run", "tmp", "mnt"):
        archive.directory(directory)
    archive.character_device("dev/console", 5, 1)
    archive.file("bin/busybox", BUSYBOX, 0o755)
    applets = subprocess.run([BUSYBOX, "--list"], check=True, capture_output=True, text=True)
    for applet in sorted(set(applets.stdout.split()) - {"busybox"}):
        archive.link("bin/" + applet, "busybox")
