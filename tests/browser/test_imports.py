"""An import on a small screen, with a mistake that is put right in the preview."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.visitor import NARROW, Visitor

FILE = """Personne;Catégorie;Joindre au
Zélie Imbert;U13;0639987001
Yvon Imbert;U15;639987002
Xavier Imbert;U15;3,36123E+10
"""


def test_a_column_is_put_right_and_then_all_are_imported(camille: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "licenciés.csv"
    file.write_bytes(FILE.encode("cp1252"))
    page = camille.page
    assert page.viewport_size is not None
    assert page.viewport_size["width"] == NARROW
    camille.open("/contacts/import")
    page.locator("#file").set_input_files(file)
    page.locator("main form button").click()
    lines = page.locator("main tbody tr")
    expect(lines).to_have_count(2)  # the page comes again by itself once the file is read
    expect(lines.first).to_contain_text("Zélie Imbert")
    expect(lines.first).to_contain_text("06 39 98 70 01")
    camille.look("the preview")
    page.locator("main details.later > summary").first.click()
    page.locator("#role-1").select_option("data")
    page.locator("#key-1").fill("équipe")
    page.locator("form[action$='/read'] > .actions button").click()
    expect(lines.first).to_contain_text("équipe U13")
    page.locator("#new_group").fill("Licenciés")
    page.locator("form[action$='/import'] button").click()
    expect(page.locator("main .notice.success")).to_be_visible()
    camille.look("the end")
    page.locator("a[href*='show=skipped']").click()
    expect(lines).to_have_count(1)
    expect(lines.first).to_contain_text("3,36123E+10")
    page.locator("main form[action$='/undo'] button").click()
    expect(page.locator("main .notice.info")).to_be_visible()
