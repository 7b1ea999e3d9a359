"""Pages of this room."""

from django.urls import path

from kaimen.cases import views

urlpatterns = [
    path("cases", views.mine, name="cases"),
    path("cases/new", views.choose, name="case_choose"),
    path("cases/new/<slug:workflow>", views.begin, name="case_new"),
    path("cases/webhooks", views.hooks, name="case_hooks"),
    path("cases/webhooks/<str:subscription>/end", views.end_hook, name="case_hook_end"),
    path("cases/begun", views.begun, name="cases_begun"),
    path("cases/begun/<int:pk>/forget", views.forget, name="case_forget"),
    path("service/channels", views.channels, name="channels"),
    path("cases/<str:number>/take-back", views.take_back, name="case_take_back"),
    path("cases/<str:number>", views.case, name="case"),
    path("cases/<str:number>/receipt", views.receipt, name="case_receipt"),
    path("cases/<str:number>/do/<slug:verb>", views.act, name="case_act"),
]
