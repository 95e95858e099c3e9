"""What comes while somebody is writing."""

from playwright.sync_api import expect

from raspisms.simulator import account
from tests.browser.home import Home
from tests.browser.visitor import Visitor
from tests.browser.words import FRENCH as WORDS
from tests.web import making

STRANGER = "+33639984403"
SELECTED = "box => [box.selectionStart, box.selectionEnd]"


def test_what_is_being_typed_stays_when_a_message_comes(camille: Visitor, home: Home) -> None:
    conversation = making.came_in(home.app, 1, "Tu es là ?", STRANGER)
    camille.open(f"/conversations/{conversation}")
    box = camille.page.get_by_label(WORDS.reply)
    box.focus()
    camille.page.keyboard.type("Oui, je suis en train d'écrire")
    for _ in range(6):
        camille.page.keyboard.press("Shift+ArrowLeft")
    home.simulator.answer(STRANGER, account.NUMBER, "Alors ? J'attends !")
    expect(camille.page.get_by_role("listitem").filter(has_text="J'attends !")).to_be_visible()
    expect(camille.page.get_by_role("status").filter(has_text=WORDS.news)).to_have_count(1)
    expect(box).to_have_value("Oui, je suis en train d'écrire")
    expect(box).to_be_focused()
    assert box.evaluate(SELECTED) == [24, 30]
