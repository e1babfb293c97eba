# The boot sector that probes an accelerator: it does what boot loaders and kernels do first, and ends QEMU by its
# isa-debug-exit device with status 2 * 0x2a + 1 = 85. Made into boot-sector.hex by
#   as --64 -o s.o boot-sector.s && ld -Ttext 0x7c00 --oformat binary -o s.bin s.o && xxd -p -c 0 s.bin
# References: INT 13h extensions in the BIOS Enhanced Disk Drive specification (T13/1572D), long mode in the AMD64
# Architecture Programmer's Manual, volume 2, section 14.6, isa-debug-exit in QEMU's hw/misc/debugexit.c.
.code16
.globl _start
_start:
  cli
  xorw %ax, %ax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %ss
  movw $0x7c00, %sp
  sti

# Disks, as a kernel asks for them: are the extensions there, and what are the drives' parameters?
  movb $0x41, %ah
  movw $0x55aa, %bx
  movb $0x80, %dl
  int $0x13
  movb $0x80, %dl
next_drive:
  pushw %dx
  movb $0x48, %ah
  movw $0x6000, %si
  movw $66, (%si)
  int $0x13
  popw %dx
  incb %dl
  cmpb $0x90, %dl
  jne next_drive
  movw $0x0201, %ax
  movw $0x0001, %cx
  movw $0x0080, %dx
  movw $0x6200, %bx
  int $0x13

# The memory map.
  xorl %ebx, %ebx
next_range:
  movl $0xe820, %eax
  movl $24, %ecx
  movl $0x534d4150, %edx
  movw $0x6400, %di
  int $0x15
  jc mapped
  testl %ebx, %ebx
  jnz next_range
mapped:

# Page tables for the first 64 MiB: 0x1000, 0x2000, and 32 pages of 2 MiB in 0x3000.
  cli
  movw $0x1000, %di
  xorl %eax, %eax
  movw $0xc00, %cx
  rep stosl
  movl $0x2003, 0x1000
  movl $0x3003, 0x2000
  movw $0x3000, %di
  movl $0x83, %eax
next_page:
  movl %eax, (%di)
  addl $0x200000, %eax
  addw $8, %di
  cmpw $0x3100, %di
  jne next_page

  lgdt gdt_register
  movl %cr0, %eax
  orb $1, %al
  movl %eax, %cr0
  ljmp $8, $protected

.code32
protected:
  movw $16, %ax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %ss
  movl %cr4, %eax
  orl $0x20, %eax
  movl %eax, %cr4
  movl $0x1000, %eax
  movl %eax, %cr3
  movl $0xc0000080, %ecx
  rdmsr
  orl $0x100, %eax
  wrmsr
  movl %cr0, %eax
  orl $0x80000000, %eax
  movl %eax, %cr0
  ljmp $24, $long

# What unpacking a kernel does: touch every page of some memory, ask the processor what it can, change page tables.
.code64
long:
  movq $0x400000, %rdi
  movq $0x3ff0000, %rdx
touch:
  movq %rdi, (%rdi)
  addq $0x1000, %rdi
  cmpq %rdx, %rdi
  jb touch
  movl $200, %esi
ask:
  xorl %eax, %eax
  cpuid
  movq %cr3, %rax
  movq %rax, %cr3
  decl %esi
  jnz ask
  movb $0x2a, %al
  movw $0xf4, %dx
  outb %al, %dx
stop:
  hlt
  jmp stop

.align 8
gdt:
  .quad 0
  .quad 0x00cf9a000000ffff
  .quad 0x00cf92000000ffff
  .quad 0x00af9a000000ffff
gdt_register:
  .word gdt_register - gdt - 1
  .long gdt
.org 510
.word 0xaa55
