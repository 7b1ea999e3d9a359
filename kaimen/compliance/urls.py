"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from kaimen.compliance.views import law, registers

urlpatterns: list[URLPattern | URLResolver] = [
    path("law", law.law, name="law"),
    path("law/calendar", law.calendar, name="law_calendar"),
    path("law/rules", law.rules, name="law_rules"),
    path("law/rules/<slug:rule_id>", law.rule, name="law_rule"),
    path("law/rules/<slug:rule_id>/set", law.set_value, name="law_rule_set"),
    path("commitments", registers.commitments, name="commitments"),
    path("commitments/text", registers.commitment_text, name="commitment_text"),
    path("exports", registers.exports, name="exports"),
    path("grading", registers.grading, name="grading"),
    path("grading/<str:name>", registers.grading_entry, name="grading_entry"),
    path("officers", registers.officers, name="officers"),
    path("officers/<slug:slug>", registers.officers_past, name="officers_past"),
    path("processing", registers.processing, name="processing"),
    path("processing/work", registers.processing_work, name="processing_work"),
    path("vendors", registers.vendors, name="vendors"),
    path("law/board", law.board, name="law_board"),
    path("law/<int:number>", law.article, name="law_article"),
    path("law/<int:number>/word", law.give_word, name="law_word"),
]
