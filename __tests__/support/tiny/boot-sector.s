# The smallest "installer": it says on the serial port that it installs, waits about as many eighteenths of a second as
# the word at offset 3 says, and ends as the word at offset 5 says: 0 writes itself to the first disk and powers off by
# ACPI (PM1a control at 0x604 on QEMU's "pc" machine, sleep type 0), 1 writes itself there and resets, 2 only resets. Made into boot-sector.hex by
#   as --32 -o s.o boot-sector.s && ld -m elf_i386 -Ttext 0x7c00 --oformat binary -o s.bin s.o && xxd -p -c 0 s.bin
.code16
.globl _start
_start:
  jmp begin
  nop
ticks:
  .word 18
ending:
  .word 0
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
  cmpw $2, ending
  je reset
  movw $0x0301, %ax
  movw $0x0001, %cx
  movw $0x0080, %dx
  movw $0x7c00, %bx
  int $0x13
  movw $farewell, %si
  call say
  cmpw $1, ending
  je reset
  movw $0x604, %dx
  movw $0x2000, %ax
  outw %ax, %dx
stop:
  hlt
  jmp stop
reset:
  movb $0xfe, %al
  outb %al, $0x64
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
