"""API operations of this room: the law with its board, and the registers beside it."""

from ninja import Router

from kaimen.compliance.api import law, registers

router = Router()
router.add_router("", law.router)
router.add_router("", registers.router)
