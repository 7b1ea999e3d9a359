"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from kaimen.compliance import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("law", views.law, name="law"),
    path("law/calendar", views.calendar, name="law_calendar"),
    path("law/rules", views.rules, name="law_rules"),
    path("law/rules/<slug:rule_id>", views.rule, name="law_rule"),
    path("law/rules/<slug:rule_id>/set", views.set_value, name="law_rule_set"),
    path("law/board", views.board, name="law_board"),
    path("law/<int:number>", views.article, name="law_article"),
    path("law/<int:number>/word", views.give_word, name="law_word"),
]
