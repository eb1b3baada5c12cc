"""The fund's addresses at the desk."""

from django.urls import path

from tallystick.fund import desk, desk_books, desk_people, desk_votes  # noqa: F401  # votes: its kinds register themselves
from tallystick.people.desk import page

app_name = "fund_desk"
urlpatterns = [
    path("money/codes/new/", page(desk_books.LABEL_CODE), name="label_code"),
    path("money/holders/new/", page(desk_books.ADD_HOLDER), name="add_holder"),
    path("money/appeals/new/", page(desk_books.OPEN_POOL), name="open_pool"),
    path("money/accounts/new/", page(desk_books.OPEN_ACCOUNT), name="open_account"),
    path("money/opening/new/", page(desk_books.OPENING_BALANCE), name="bring_forward"),
    path("money/gifts/new/", page(desk_books.RECEIVE_GIFT), name="receive_gift"),
    path("money/gifts/<str:gift>/receipt/", desk_books.receipt, name="receipt"),
    path("money/ask/vote/<str:motion>/", page(desk.ASK_AS_VOTED), name="ask_as_voted"),
    path("money/ask/<slug:slug>/", desk.ask, name="ask"),
    path("money/requests/<str:asked>/", desk.request_page, name="request"),
    path("money/requests/<str:asked>/change/", desk.change, name="change"),
    path("money/requests/<str:asked>/withdraw/", page(desk.WITHDRAW), name="withdraw"),
    path("money/requests/<str:asked>/approve/", page(desk.APPROVE), name="approve"),
    path("money/requests/<str:asked>/carry-out/", desk.carry_out, name="carry_out"),
    path("money/transfers/<str:transfer>/settle/", page(desk.SETTLE), name="settle"),
    path("money/transfers/<str:transfer>/void/", page(desk.VOID), name="void"),
    path("programmes/", desk_people.listing, name="programmes"),
    path("programmes/<slug:programme>/", desk_people.one, name="programme"),
    path("programmes/<slug:programme>/pay/", page(desk_people.PAY), name="pay_person"),
    path("programmes/<slug:programme>/set-aside/", page(desk_people.SET_ASIDE), name="set_aside"),
    path("programmes/<slug:programme>/gather/", page(desk_people.GATHER), name="gather"),
    path("programmes/<slug:programme>/end/", page(desk_people.END), name="end_programme"),
    path("programmes/<slug:programme>/releases/<str:root>/", page(desk_people.APPROVE_RELEASE), name="approve_release"),
    path("payments/<str:digest>/", desk_people.line, name="line"),
    path("payments/<str:digest>/proof", desk_people.line_proof, name="line_proof"),
    path("payments/<str:digest>/take-back/", page(desk_people.CANCEL), name="cancel_payment"),
]
