"""The fund's addresses."""

from django.urls import path

from tallystick.fund import views

app_name = "fund"
urlpatterns = [
    path("money/", views.money, name="money"),
    path("ledger/", views.ledger_page, name="ledger"),
    path("ledger.xlsx", views.ledger_xlsx, name="xlsx"),
    path("ledger/organisations/<path:ref>/", views.organisation, name="organisation"),
    path("ledger/<path:key>/", views.transfer, name="transfer"),
]
