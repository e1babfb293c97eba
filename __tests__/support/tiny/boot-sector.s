# The smallest "installer": it says on the serial port that it installs, waits about as many eighteenths of a second as
# the word at offset 3 says, writes a mark to the first disk's first sector, and powers off by ACPI (PM1a control at 0x604
# on QEMU's "pc" machine, sleep type 0). Made into boot-sector.hex by
#   as --32 -o s.o boot-sector.s && ld -m elf_i386 -Ttext 0x7c00 --oformat binary -o s.bin s.o && xxd -p -c 0 s.bin
.code16
.globl _start
_start:
  jmp begin
  nop
ticks:
  .word 18
begin:
  cli
  xorw %ax, %ax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %ss
  movw $0x7c00, %sp
  sti
  movw $message, %si
  call say
  movb $0, %ah
  int $0x1a
  movw %dx, %bx
wait:
  movb $0, %ah
  int $0x1a
  subw %bx, %dx
  cmpw ticks, %dx
  jb wait
  movw $0x0301, %ax
  movw $0x0001, %cx
  movw $0x0080, %dx
  movw $0x7c00, %bx
  int $0x13
  movw $farewell, %si
  call say
  movw $0x604, %dx
  movw $0x2000, %ax
  outw %ax, %dx
stop:
  hlt
  jmp stop
say:
  lodsb
  testb %al, %al
  jz said
  movw $0x3f8, %dx
  outb %al, %dx
  jmp say
said:
  ret
message: .asciz "tiny installer: installing\r\n"
farewell: .asciz "tiny installer: done\r\n"
.org 510
.word 0xaa55
