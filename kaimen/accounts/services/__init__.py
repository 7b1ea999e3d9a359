"""Verbs of this room: the only writers. Each is one transaction whose last statement is its evidence.

Who may give which role, and what may not be held together, is data of the pack (`roles.yaml`). A person's name is in the private
part of an entry only.
"""

from kaimen.accounts.models import Activation
from kaimen.accounts.services.activations import (
    OPENERS,
    TECHNICAL,
    end_activation,
    end_ground,
    open_activation,
    use_activation,
)
from kaimen.accounts.services.appointments import (
    LIFECYCLE,
    Decided,
    PostVerb,
    appoint,
    approve_appointment,
    check_post,
    end_appointment,
    nominate,
    resume_appointment,
    suspend_appointment,
)
from kaimen.accounts.services.counters import set_counters
from kaimen.accounts.services.expiring import warn_of_expiry
from kaimen.accounts.services.feeds import FEED_DAYS, subscribe, unsubscribe
from kaimen.accounts.services.founding import found, invite_person, merge_persons, nominate_by_address
from kaimen.accounts.services.institutions import (
    InstitutionForm,
    change_institution,
    give_competence,
    register_institution,
    verify_institution,
)
from kaimen.accounts.services.letters import accept_invitation, ask_for_reset, invite, post_mail, unsealed_text
from kaimen.accounts.services.mandates import CALLED_BACK, close_mandate, delegate, open_mandate, withdraw_mandate
from kaimen.accounts.services.people import limit_account, register_person, restore_account, suspend_account
from kaimen.accounts.services.recording import MACHINE
from kaimen.accounts.services.tokens import (
    DEMO_DAYS,
    EXPIRING,
    TOKEN_DAYS,
    grace,
    mint_token,
    note_token_use,
    revoke_leaked_token,
    revoke_token,
    rotate_token,
)

__all__ = [
    "CALLED_BACK",
    "DEMO_DAYS",
    "EXPIRING",
    "FEED_DAYS",
    "LIFECYCLE",
    "MACHINE",
    "OPENERS",
    "TECHNICAL",
    "TOKEN_DAYS",
    "Activation",
    "Decided",
    "InstitutionForm",
    "PostVerb",
    "accept_invitation",
    "appoint",
    "approve_appointment",
    "ask_for_reset",
    "change_institution",
    "check_post",
    "close_mandate",
    "delegate",
    "end_activation",
    "end_appointment",
    "end_ground",
    "found",
    "give_competence",
    "grace",
    "invite",
    "invite_person",
    "limit_account",
    "merge_persons",
    "mint_token",
    "nominate",
    "nominate_by_address",
    "note_token_use",
    "open_activation",
    "open_mandate",
    "post_mail",
    "register_institution",
    "register_person",
    "restore_account",
    "resume_appointment",
    "revoke_leaked_token",
    "revoke_token",
    "rotate_token",
    "set_counters",
    "subscribe",
    "suspend_account",
    "suspend_appointment",
    "unsealed_text",
    "unsubscribe",
    "use_activation",
    "verify_institution",
    "warn_of_expiry",
    "withdraw_mandate",
]
