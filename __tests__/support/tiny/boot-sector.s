# The smallest "installer": it says on the serial port that it installs, waits about as many eighteenths of a second as
# the word at offset 3 says, and ends as the word at offset 5 says: 0 writes itself to the first disk and powers off by
# ACPI (PM1a control at 0x604 on QEMU's "pc" machine, sleep type 0), 1 writes itself there and resets, 2 only resets, 3 does
# as 1, but from then on it starts what lies on the medium at the sector (of 2048 bytes) that the double word at offset 7
# names: as a disk's boot record it hands over to the next device (INT 18h), and from the medium, with such a record on
# the disk, it loads that sector to 0x7c00 (INT 13h, function 42h, of the drive in DL). Made into boot-sector.hex by
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
system:
  .long 0
begin:
  cli
  xorw %ax, %ax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %ss
  movw $0x7c00, %sp
  sti
  cmpw $3, ending
  jne install
  cmpb $0x80, %dl
  jne medium
  int $0x18
medium:
  movb %dl, drive
  movw $0x0201, %ax
  movw $0x0001, %cx
  movw $0x0080, %dx
  movw $0x8000, %bx
  int $0x13
  cmpw $0xaa55, 0x81fe
  jne install
  movl system, %eax
  movl %eax, sector
  movb drive, %dl
  movw $load, %si
  movw $0x600, %di
  movw $loaded - load, %cx
  cld
  rep movsb
  ljmp $0, $0x600
load:
  movw $0x600 + packet - load, %si
  movb $0x42, %ah
  int $0x13
  ljmp $0, $0x7c00
packet:
  .byte 16, 0
  .word 1, 0x7c00, 0
sector:
  .long 0, 0
loaded:
install:
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
  cmpw $0, ending
  jne reset
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
drive: .byte 0
.org 510
.word 0xaa55
