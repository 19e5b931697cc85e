"""The runtime of a course: Pyodide, exactly the packages it needs, one lock; the folder `/runtime/` of the site."""

from satchel.runtime.bundle import Bundle, bundle
from satchel.runtime.bytecode import with_bytecode
from satchel.runtime.cache import default_cache
from satchel.runtime.catalogue import Catalogue, Package, load
from satchel.runtime.cdn import within_reach
from satchel.runtime.folder import DESCRIPTION, Runtime, description, register
from satchel.runtime.mirror import VARIABLE as MIRROR_VARIABLE
from satchel.runtime.plan import KERNEL_PACKAGES, Availability, RuntimePlan, available, beyond, boot_packages, plan
from satchel.runtime.recorded import FILE_NAME as LOCK_FILE_NAME
from satchel.runtime.recorded import Wheel, read
from satchel.runtime.snapshot import Prepared, prepare
from satchel.runtime.supply import supply
from satchel.runtime.wheels import kernel_wheels

__all__ = [
    "DESCRIPTION",
    "KERNEL_PACKAGES",
    "LOCK_FILE_NAME",
    "MIRROR_VARIABLE",
    "Availability",
    "Bundle",
    "Catalogue",
    "Package",
    "Prepared",
    "Runtime",
    "RuntimePlan",
    "Wheel",
    "available",
    "beyond",
    "boot_packages",
    "bundle",
    "default_cache",
    "description",
    "kernel_wheels",
    "load",
    "plan",
    "prepare",
    "read",
    "register",
    "supply",
    "with_bytecode",
    "within_reach",
]
