"""Prints values of the xl definition on standard input, as Xen's own parser reads them: definition.py KEY ..."""

import ctypes
import json
import sys
from ctypes import byref, c_char_p, c_int, c_void_p

xlu = ctypes.CDLL("libxlutil.so.4.17")
xlu.xlu_cfg_init.restype = c_void_p
xlu.xlu_cfg_get_listitem.restype = c_char_p
config = c_void_p(xlu.xlu_cfg_init(c_void_p.in_dll(ctypes.CDLL(None), "stderr"), b"guest.cfg"))


def value(key):
    text, items, count = c_char_p(), c_void_p(), c_int()
    if xlu.xlu_cfg_get_string(config, key, byref(text), 1) == 0:
        return text.value.decode()
    if xlu.xlu_cfg_get_list(config, key, byref(items), byref(count), 1) == 0:
        return [xlu.xlu_cfg_get_listitem(items, index).decode() for index in range(count.value)]
    return None


definition = sys.stdin.buffer.read()
if xlu.xlu_cfg_readdata(config, definition, len(definition)) != 0:
    sys.exit(1)
print(json.dumps({key: value(key.encode()) for key in sys.argv[1:]}))
