import os, sys, pytest
from playwright.sync_api import sync_playwright
from tallystick.audit.models import Look
from tallystick.record.models import EntryRow
from tallystick.record.publishing import sign_checkpoint
from tests.pages_world import story
from tests.browser.test_check import QUIET
@pytest.mark.django_db(transaction=True)
def test_shots(live_server, settings, tmp_path):
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="1"
    settings.HOME=tmp_path
    told=story(); sign_checkpoint(force=True)
    Look.objects.create(at="2026-06-02T15:00:00Z", size=9, ok=True, report={})
    i=EntryRow.objects.get(id=told.payment).index
    pages={"home":"/","money":"/money/","ledger":"/ledger/","filtered":"/ledger/?kind=payments","bad":"/ledger/?first_month=13","transfer":f"/ledger/{told.payment}/","brought":f"/ledger/{told.brought}/","org":"/ledger/organisations/roofer/","people":"/people/","orgs":"/people/organisations/","votes":"/votes/","vote":f"/votes/{told.motion}/","record":"/record/","entry":f"/record/entry/{i}/","check":"/check/"}
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path="/usr/bin/chromium",args=QUIET)
        for w,scheme in ((1280,"light"),(360,"light"),(1280,"dark"),(360,"dark")):
            c=b.new_context(viewport={"width":w,"height":900},color_scheme=scheme); pg=c.new_page()
            for n,a in pages.items():
                if scheme=="dark" and n not in ("money","entry","ledger","check"): continue
                pg.goto(live_server.url+a)
                if n=="entry":
                    pg.get_by_role("button",name="Check this line now").click(); pg.wait_for_selector("#check[data-outcome]")
                pg.screenshot(path=f"/tmp/shots/{n}-{w}-{scheme}.png",full_page=True)
        Look.objects.create(at="2026-06-03T15:00:00Z", size=9, ok=False, report={"problems":["Entry 7 (fund.pay) is wrong: its bytes are not what was first written"]})
        pg.goto(live_server.url+"/check/"); pg.screenshot(path="/tmp/shots/checkbad.png",full_page=True)
        b.close()
