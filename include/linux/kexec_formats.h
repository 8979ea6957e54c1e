/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Image formats beside bzImage: ELF, multiboot, unified kernel images, files
 * that a compressor has wrapped.  Rules as in <linux/kexec_image.h>: no
 * allocation, no state, nothing read outside of the buffer given.
 */
#ifndef _LINUX_KEXEC_FORMATS_H
#define _LINUX_KEXEC_FORMATS_H

#include <linux/elf-em.h>
#include <linux/kexec_image.h>
#include <linux/types.h>

/**
 * struct kexec_bytes - a part of a file
 * @offset: where it starts
 * @size: bytes in it; 0: there is no such part
 */
struct kexec_bytes {
	u64 offset;
	u64 size;
};

/* Files that a compressor has wrapped */

enum kexec_payload_why kexec_wrapped_parse(const void *file, size_t size,
					   struct kexec_payload *payload);
bool kexec_wrapped_module(const void *file, size_t size, struct kexec_payload *payload);

/**
 * kexec_wrapped_suits_module() - is a compressor one that boot loaders unpack modules of?
 * @payload: what kexec_wrapped_parse() said, perhaps only of a file's first bytes
 *
 * Return: true if so.
 */
static inline bool kexec_wrapped_suits_module(const struct kexec_payload *payload)
{
	return payload->compressor == KEXEC_GZIP || payload->compressor == KEXEC_XZ;
}

/* ELF programs and kernels, loaded by their program headers */

/* More loadable segments than anything that is entered by physical address has. */
#define KEXEC_ELF_SEGMENTS	64

/**
 * enum kexec_elf_why - why a file is not an ELF executable that can be entered
 * @KEXEC_ELF_OK: it is one
 * @KEXEC_ELF_NO_ELF: another format
 * @KEXEC_ELF_BAD_HEADER: class, byte order, version or header size make no sense
 * @KEXEC_ELF_TYPE: no executable: an object, a library, a core
 * @KEXEC_ELF_BAD_PHDRS: the program headers are not inside the file
 * @KEXEC_ELF_DYNAMIC: it wants a program interpreter
 * @KEXEC_ELF_NOTHING: nothing is to be loaded
 * @KEXEC_ELF_MANY_SEGMENTS: it has too many loadable segments
 * @KEXEC_ELF_TRUNCATED: the file ends inside a segment
 * @KEXEC_ELF_BAD_SEGMENT: a segment is larger in the file than in memory
 * @KEXEC_ELF_WRAPS: a segment goes beyond the last address
 * @KEXEC_ELF_OVERLAP: segments overlap
 * @KEXEC_ELF_BAD_ENTRY: the entry point lies in no segment
 * @KEXEC_ELF_MACHINE: it is for another architecture
 * @KEXEC_ELF_BEYOND: 32-bit code lies where that does not reach
 * @KEXEC_ELF_NR_WHY: number of reasons
 */
enum kexec_elf_why {
	KEXEC_ELF_OK,
	KEXEC_ELF_NO_ELF,
	KEXEC_ELF_BAD_HEADER,
	KEXEC_ELF_TYPE,
	KEXEC_ELF_BAD_PHDRS,
	KEXEC_ELF_DYNAMIC,
	KEXEC_ELF_NOTHING,
	KEXEC_ELF_MANY_SEGMENTS,
	KEXEC_ELF_TRUNCATED,
	KEXEC_ELF_BAD_SEGMENT,
	KEXEC_ELF_WRAPS,
	KEXEC_ELF_OVERLAP,
	KEXEC_ELF_BAD_ENTRY,
	KEXEC_ELF_MACHINE,
	KEXEC_ELF_BEYOND,
	KEXEC_ELF_NR_WHY,
};

/**
 * struct kexec_elf_segment - a loadable segment that occupies memory
 * @offset: where its bytes are in the file
 * @size: how many
 * @mem: physical address of the first
 * @virt: its virtual address
 * @mem_size: bytes of memory, zero beyond @size
 */
struct kexec_elf_segment {
	u64 offset;
	u64 size;
	u64 mem;
	u64 virt;
	u64 mem_size;
};

/**
 * struct kexec_elf - what the headers of an ELF executable say
 * @is64: of class 64
 * @big_endian: its words are
 * @shared: ET_DYN: linked to run at any address
 * @machine: EM_*
 * @entry: physical address of the entry point; where e_entry lies in a segment as
 *	a virtual address it is that one's physical counterpart
 * @mem: lowest physical address occupied
 * @mem_end: one past the highest
 * @nr_segments: segments in use, at least one
 * @segment: in the order of their addresses, without overlaps
 */
struct kexec_elf {
	bool is64;
	bool big_endian;
	bool shared;
	u16 machine;
	u64 entry;
	u64 mem;
	u64 mem_end;
	u32 nr_segments;
	struct kexec_elf_segment segment[KEXEC_ELF_SEGMENTS];
};

/**
 * struct kexec_elf_run - segments of an ELF executable whose pages meet
 * @start: physical address of the first page
 * @size: bytes from there to the last one that the file gives
 * @mem_size: bytes of memory, in whole pages
 * @first: index of the first segment
 * @nr: how many segments
 */
struct kexec_elf_run {
	u64 start;
	u64 size;
	u64 mem_size;
	u32 first;
	u32 nr;
};

enum kexec_elf_why kexec_elf_parse(const void *file, size_t size, struct kexec_elf *elf);
enum kexec_elf_why kexec_elf_enter_at(struct kexec_elf *elf, u64 entry);
enum kexec_elf_why kexec_elf_check_x86(const struct kexec_elf *elf);
bool kexec_elf_timeline(const void *file, size_t size);
const char *kexec_elf_why(enum kexec_elf_why why);
bool kexec_elf_run(const struct kexec_elf *elf, u32 first, u64 page, struct kexec_elf_run *run);
void kexec_elf_whole(const struct kexec_elf *elf, u64 page, struct kexec_elf_run *run);
void kexec_elf_copy(const void *file, const struct kexec_elf *elf,
		    const struct kexec_elf_run *run, void *buf);

/**
 * struct kexec_elf_sections - section headers of an ELF file
 * @headers: where they are in the file
 * @nr: how many
 * @entry_size: bytes in each
 * @names: index of the section that has the names of all; 0: there is none
 * @size: bytes of memory for those sections that have bytes and no address
 */
struct kexec_elf_sections {
	struct kexec_bytes headers;
	u32 nr;
	u32 entry_size;
	u32 names;
	u64 size;
};

bool kexec_elf_sections(const void *file, size_t size, struct kexec_elf_sections *sections);
void kexec_elf_copy_sections(const void *file, const struct kexec_elf_sections *sections,
			     u64 phys, void *headers, void *bytes);

/**
 * kexec_elf_is_linux64() - is it an x86-64 Linux kernel?
 * @elf: parsed file
 *
 * Those are linked to a virtual address at a fixed distance from the physical one.
 *
 * Return: true if so.
 */
static inline bool kexec_elf_is_linux64(const struct kexec_elf *elf)
{
	return elf->is64 && elf->machine == EM_X86_64 &&
	       elf->segment[0].virt == KEXEC_KERNEL_MAP + elf->segment[0].mem;
}

/* What %eax holds when a program is entered that is told something by boot notes. */
#define KEXEC_ELF_NOTES_MAGIC	0x0e1fb007

size_t kexec_elf_notes(const char *cmdline, void *buf, size_t size);

/* Multiboot */

/* What %eax holds when an image is entered (0.6.96 section 3.2, 2.0 section 3.3). */
#define KEXEC_MULTIBOOT1_MAGIC	0x2badb002
#define KEXEC_MULTIBOOT2_MAGIC	0x36d76289

/* What comes first on its command line, where boot loaders put the name of the file. */
#define KEXEC_MULTIBOOT_FIRST_WORD	"kernel "
#define KEXEC_MULTIBOOT_LOADER		"kexec"

/**
 * enum kexec_multiboot_why - why a file cannot be entered as multiboot says
 * @KEXEC_MULTIBOOT_OK: it can
 * @KEXEC_MULTIBOOT_NONE: another format: there is no header of the version asked for
 * @KEXEC_MULTIBOOT_FEATURE: it requires a feature that nobody here knows
 * @KEXEC_MULTIBOOT_INFO: it requires information that nobody here has
 * @KEXEC_MULTIBOOT_MACHINE: it is for another architecture
 * @KEXEC_MULTIBOOT_BAD_TAG: a tag of the header makes no sense
 * @KEXEC_MULTIBOOT_BAD_ADDRESS: the addresses in the header contradict each other
 * @KEXEC_MULTIBOOT_TRUNCATED: the file ends inside of what they name
 * @KEXEC_MULTIBOOT_NO_PLACE: neither such addresses nor an ELF header say where it belongs
 * @KEXEC_MULTIBOOT_NR_WHY: number of reasons
 */
enum kexec_multiboot_why {
	KEXEC_MULTIBOOT_OK,
	KEXEC_MULTIBOOT_NONE,
	KEXEC_MULTIBOOT_FEATURE,
	KEXEC_MULTIBOOT_INFO,
	KEXEC_MULTIBOOT_MACHINE,
	KEXEC_MULTIBOOT_BAD_TAG,
	KEXEC_MULTIBOOT_BAD_ADDRESS,
	KEXEC_MULTIBOOT_TRUNCATED,
	KEXEC_MULTIBOOT_NO_PLACE,
	KEXEC_MULTIBOOT_NR_WHY,
};

/**
 * struct kexec_multiboot - what a multiboot header says
 * @version: 1 or 2
 * @align_modules: modules have to start at page boundaries
 * @has_entry: @entry is given here, not by the ELF header
 * @flat: @load, @load_addr and @mem_size say where the image belongs; else the
 *	ELF header does
 * @relocatable: it runs from any multiple of @align from @min_addr on that ends
 *	at or below @max_addr
 * @prefers_high: it would rather be at the end of that range than at its start
 * @wants_video: it would like the mode below
 * @text: a text mode
 * @entry: physical address of the 32-bit entry point
 * @load: part of the file to load
 * @load_addr: physical address of its first byte
 * @mem_size: bytes of memory from there on, zero beyond @load
 * @min_addr: lowest physical address if @relocatable
 * @max_addr: highest physical address if @relocatable, inclusive
 * @align: alignment if @relocatable
 * @width: of the screen, 0: any
 * @height: of the screen, 0: any
 * @depth: bits in a pixel, 0: any
 */
struct kexec_multiboot {
	u8 version;
	bool align_modules;
	bool has_entry;
	bool flat;
	bool relocatable;
	bool prefers_high;
	bool wants_video;
	bool text;
	u32 entry;
	struct kexec_bytes load;
	u32 load_addr;
	u32 mem_size;
	u32 min_addr;
	u32 max_addr;
	u32 align;
	u32 width;
	u32 height;
	u32 depth;
};

/**
 * kexec_multiboot_magic() - what %eax holds when an image is entered
 * @mb: what its multiboot header says
 *
 * Return: the magic number of that version.
 */
static inline u32 kexec_multiboot_magic(const struct kexec_multiboot *mb)
{
	return mb->version == 1 ? KEXEC_MULTIBOOT1_MAGIC : KEXEC_MULTIBOOT2_MAGIC;
}

/**
 * struct kexec_ram - a range of the memory map
 * @start: physical address
 * @size: in bytes
 * @type: as in the firmware's E820 map: 1 RAM, 2 reserved, 3 ACPI tables, ...
 */
struct kexec_ram {
	u64 start;
	u64 size;
	u32 type;
};

/**
 * struct kexec_module - a file loaded beside an image
 * @start: physical address
 * @end: one past its last byte
 * @cmdline: text that came with it
 */
struct kexec_module {
	u64 start;
	u64 end;
	const char *cmdline;
};

/**
 * struct kexec_framebuffer - the screen as it is
 * @addr: physical address of its memory; 0: there is no screen to tell of
 * @pitch: bytes from line to line
 * @width: in pixels, in characters if @text
 * @height: in pixels, in lines if @text
 * @depth: bits in a pixel
 * @text: an EGA text mode
 * @position: of the lowest bit of red, green and blue in a pixel
 * @bits: in each of them
 */
struct kexec_framebuffer {
	u64 addr;
	u32 pitch;
	u32 width;
	u32 height;
	u8 depth;
	bool text;
	u8 position[3];
	u8 bits[3];
};

/* Bytes of ACPI's root pointer that count, of all that there are of either kind. */
#define KEXEC_RSDP_SIZE	36

/**
 * struct kexec_boot_info - what a multiboot image is told
 * @cmdline: its command line
 * @loader: name of the boot loader
 * @ram: memory map, sorted
 * @nr_ram: ranges in it
 * @module: modules
 * @nr_modules: how many
 * @sections: section headers of the image's own file, NULL if it is told of none
 * @sections_size: in bytes
 * @nr_sections: how many there are
 * @section_names: index of the section that has their names
 * @screen: the screen
 * @rsdp: a copy of ACPI's root pointer, NULL if unknown
 * @rsdp_size: 20 for the old one, %KEXEC_RSDP_SIZE for the new one
 * @efi_systab: physical address of the 64-bit EFI system table, 0 if unknown
 * @efi_map: EFI memory map, NULL if unknown
 * @efi_map_size: in bytes
 * @efi_desc_size: bytes in one of its entries
 * @efi_desc_version: version of its entries
 * @load_base: where a relocatable image is, 0 if it is not
 */
struct kexec_boot_info {
	const char *cmdline;
	const char *loader;
	const struct kexec_ram *ram;
	u32 nr_ram;
	const struct kexec_module *module;
	u32 nr_modules;
	const void *sections;
	u32 sections_size;
	u32 nr_sections;
	u32 section_names;
	struct kexec_framebuffer screen;
	const void *rsdp;
	u32 rsdp_size;
	u64 efi_systab;
	const void *efi_map;
	u32 efi_map_size;
	u32 efi_desc_size;
	u32 efi_desc_version;
	u32 load_base;
};

enum kexec_multiboot_why kexec_multiboot_parse(const void *file, size_t size, u8 version,
					       struct kexec_multiboot *mb);
const char *kexec_multiboot_why(enum kexec_multiboot_why why);
enum kexec_elf_why kexec_multiboot_place(const void *file, size_t size,
					 const struct kexec_multiboot *mb, struct kexec_elf *elf);
bool kexec_multiboot_sections(const void *file, size_t size, const struct kexec_multiboot *mb,
			      u32 room, struct kexec_elf_sections *sections);
struct screen_info;
void kexec_multiboot_screen(const struct screen_info *si, struct kexec_framebuffer *screen);
void kexec_multiboot_tell_sections(struct kexec_boot_info *info,
				   const struct kexec_elf_sections *sections, const void *headers);
void kexec_multiboot_tell_rsdp(struct kexec_boot_info *info, const u8 *rsdp);
size_t kexec_multiboot_info(u8 version, const struct kexec_boot_info *info, u32 phys,
			    void *buf, size_t size);

/* Unified kernel images and their addons: PE files */

/**
 * enum kexec_uki_why - why a file is neither a unified kernel image nor an addon
 * @KEXEC_UKI_OK: it is one of them
 * @KEXEC_UKI_NO_PE: another format
 * @KEXEC_UKI_BAD_PE: the PE headers make no sense
 * @KEXEC_UKI_MACHINE: it is for another architecture
 * @KEXEC_UKI_PLAIN: a PE file with no section that a kernel is made of
 * @KEXEC_UKI_TRUNCATED: the file ends inside a section
 * @KEXEC_UKI_TWICE: a section is there twice that can be there once
 * @KEXEC_UKI_BAD_CMDLINE: the command line has a NUL byte inside
 * @KEXEC_UKI_NO_PROFILE: it has no profile of the number asked for
 * @KEXEC_UKI_NR_WHY: number of reasons
 */
enum kexec_uki_why {
	KEXEC_UKI_OK,
	KEXEC_UKI_NO_PE,
	KEXEC_UKI_BAD_PE,
	KEXEC_UKI_MACHINE,
	KEXEC_UKI_PLAIN,
	KEXEC_UKI_TRUNCATED,
	KEXEC_UKI_TWICE,
	KEXEC_UKI_BAD_CMDLINE,
	KEXEC_UKI_NO_PROFILE,
	KEXEC_UKI_NR_WHY,
};

/**
 * struct kexec_uki - the sections of a unified kernel image, or of an addon
 * @kernel: .linux; an addon has none
 * @initrd: .initrd
 * @ucode: .ucode, an archive that goes before every other initrd
 * @cmdline: .cmdline, trailing white space and NULs left out
 * @dtb: .dtb
 * @uname: .uname, the kernel's release
 * @osrel: .osrel
 * @about: .profile, which begins the profile asked for and says what it is called
 * @nr_profiles: profiles it offers
 *
 * Sections before the first .profile belong to every profile; those behind a
 * .profile, to that one, and replace what is common.
 */
struct kexec_uki {
	struct kexec_bytes kernel;
	struct kexec_bytes initrd;
	struct kexec_bytes ucode;
	struct kexec_bytes cmdline;
	struct kexec_bytes dtb;
	struct kexec_bytes uname;
	struct kexec_bytes osrel;
	struct kexec_bytes about;
	u32 nr_profiles;
};

enum kexec_uki_why kexec_uki_parse(const void *file, size_t size, u16 machine, u32 profile,
				   struct kexec_uki *uki);
const char *kexec_uki_why(enum kexec_uki_why why);

/* Device trees */

/**
 * enum kexec_dtb_why - why a file is no device tree to hand over
 * @KEXEC_DTB_OK: it is one
 * @KEXEC_DTB_NO_MAGIC: it does not begin as one
 * @KEXEC_DTB_TRUNCATED: the file is shorter than the tree
 * @KEXEC_DTB_LARGE: the tree is larger than KEXEC_DTB_MAX
 * @KEXEC_DTB_VERSION: what reads today's format cannot read it
 * @KEXEC_DTB_BAD: its header contradicts itself
 * @KEXEC_DTB_NR_WHY: number of reasons
 */
enum kexec_dtb_why {
	KEXEC_DTB_OK,
	KEXEC_DTB_NO_MAGIC,
	KEXEC_DTB_TRUNCATED,
	KEXEC_DTB_LARGE,
	KEXEC_DTB_VERSION,
	KEXEC_DTB_BAD,
	KEXEC_DTB_NR_WHY,
};

/* No machine's is nearly as large. */
#define KEXEC_DTB_MAX	0x200000

enum kexec_dtb_why kexec_dtb_check(const void *file, size_t size, u32 *tree_size);
const char *kexec_dtb_why(enum kexec_dtb_why why);

/* Ranges of physical memory, for whoever places segments without a kernel's help */

/**
 * struct kexec_range - a range of addresses
 * @start: the first
 * @end: the last, inclusive
 */
struct kexec_range {
	u64 start;
	u64 end;
};

/**
 * struct kexec_ranges - a set of them, sorted, neither overlapping nor touching
 * @range: where they are kept
 * @nr: how many there are
 * @max: how many there is room for
 */
struct kexec_ranges {
	struct kexec_range *range;
	u32 nr;
	u32 max;
};

bool kexec_ranges_add(struct kexec_ranges *set, u64 start, u64 end);
bool kexec_ranges_remove(struct kexec_ranges *set, u64 start, u64 end);
bool kexec_ranges_hold(const struct kexec_ranges *set, u64 start, u64 end);
bool kexec_ranges_find(const struct kexec_ranges *set, u64 size, u64 align,
		       const struct kexec_range *within, bool top_down, u64 *start);

#endif /* _LINUX_KEXEC_FORMATS_H */
