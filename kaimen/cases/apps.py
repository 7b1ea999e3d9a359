"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import override

from kaimen.web.sentences.form import TERMS


class Config(AppConfig):
    """cases."""

    name = "kaimen.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Sentences name what is wrong with an answer in words, also to programs."""
        from kaimen.cases.forms import FAULTS

        for code, said in FAULTS.items():
            with override("en"):
                english = str(said).removesuffix(".")
            with override("zh-hans"):
                TERMS.setdefault(code, (english, str(said).removesuffix("。")))
