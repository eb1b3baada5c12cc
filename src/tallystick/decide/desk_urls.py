"""The decide room's addresses at the desk."""

from django.urls import path

from tallystick.decide import desk
from tallystick.people.desk import page

app_name = "decide_desk"
urlpatterns = [
    path("votes/new/", desk.kinds, name="kinds"),
    path("votes/new/<slug:slug>/", desk.propose, name="propose"),
    path("votes/<str:motion>/", page(desk.VOTE), name="vote"),
    path("votes/<str:motion>/close/", page(desk.CLOSE), name="close"),
    path("votes/<str:motion>/carry-out/", desk.carry_out, name="carry_out"),
]
