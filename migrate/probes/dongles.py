"""USB devices that programs look for as their licence.

After usb.ids of 2025-07-26 (linux-usb.org): what it names a dongle or a hardware key, or a product that its maker sells
as one (HASP and Sentinel, CodeMeter, Guardant, KEYLOK, Senselock, Dinkey, SG-Lock, CrypToken). Where a maker has other
products, too, only those are named.
"""

from __future__ import annotations

DONGLES: dict[tuple[str, str], str] = {
    ("0529", "0001"): "Aladdin HASP",
    ("04b9", "0300"): "SafeNet Sentinel SuperPro/UltraPro",
    ("04b9", "8000"): "SafeNet Sentinel Hardware Key",
    ("064f", ""): "WIBU-Systems CodeMeter/WibuKey",
    ("096e", "0006"): "Feitian HID Dongle (Rockey)",
    ("096e", "0120"): "Microcosm Dinkey",
    ("096e", "0405"): "Feitian Zzkey Dongle",
    ("0a89", "0001"): "Guardant Stealth/Net",
    ("0a89", "0002"): "Guardant ID",
    ("0a89", "0003"): "Guardant Stealth 2",
    ("0a89", "0005"): "Guardant Fidus",
    ("0a89", "0006"): "Guardant Stealth 3",
    ("0a89", "0007"): "Guardant Stealth 2",
    ("0a89", "0008"): "Guardant Stealth 3",
    ("0a89", "0009"): "Guardant Code",
    ("0a89", "000a"): "Guardant Sign Pro",
    ("0a89", "000b"): "Guardant Sign Pro",
    ("0a89", "000c"): "Guardant Stealth 3 Sign/Time",
    ("0a89", "000d"): "Guardant Code",
    ("1bc0", ""): "Senselock",
    ("0471", "485d"): "Senselock SenseIV",
    ("07f2", "0001"): "KEYLOK II",
    ("07f2", "0003"): "KEYLOK3",
    ("0d7a", "0001"): "MARX CrypToken",
    ("1547", "1000"): "SG-Lock",
}
"""By vendor and product; a product of "" is any of that vendor."""


def dongle(vendor: str, product: str) -> str | None:
    return DONGLES.get((vendor, product)) or DONGLES.get((vendor, ""))
