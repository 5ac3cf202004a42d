"""The pages of the vault, and files as they are served: as attachments under a sandbox, to whom they belong."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from procurement_portal.documents import access, actions
from procurement_portal.documents.access import Reading
from procurement_portal.documents.models import Document, File, PhotoSet
from procurement_portal.documents.photos import upright
from procurement_portal.documents.uploads import SealedUpload
from procurement_portal.history.models import Entry
from procurement_portal.time.clock import today
from procurement_portal.vault.sealing import new_data_key
from tests.cast import Cast
from tests.factories.documents import document, pdf, received
from tests.integration.documents.honest import picture

pytestmark = pytest.mark.django_db
DAY = {"expires_on_month": "12", "expires_on_day": "31", "expires_on_year": "2027"}


def _upload(content: bytes = b"", name: str = "Good standing.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or pdf(), "application/octet-stream")


def test_a_paper_is_added_on_its_page_and_shown_in_the_vault(cast: Cast, as_) -> None:
    client = as_(cast.ben)
    page = client.get(reverse("documents:add", args=["good_standing"]))
    assert "25.0 MB" in page.content.decode() and "Illinois Secretary of State" in page.content.decode()
    given = {"title": "Good standing 2027", "file": _upload(), "token": "t1", **DAY}
    answer = client.post(reverse("documents:add", args=["good_standing"]), given)
    found = Document.objects.get()
    assert answer.status_code == 302 and answer["Location"] == reverse("documents:document", args=[found.pk])
    actions.scan(found.file_id)
    page = client.get(reverse("documents:vault")).content.decode()
    assert "Good standing 2027" in page and "Valid to Fri, Dec 31, 2027" in page
    page = client.get(answer["Location"]).content.decode()
    for words in ("Good standing.pdf", "content alone", "Document added", "Ben Alpha", found.file.sha256):
        assert words in page


def test_a_file_that_arrived_is_not_asked_for_again_when_something_else_is_mended(cast: Cast, as_) -> None:
    client, url = as_(cast.ben), reverse("documents:add", args=["good_standing"])
    page = client.post(url, {"title": "Good standing", "file": _upload(), "token": "t1"})
    assert page.status_code == 200 and "We have your file" in page.content.decode()
    kept = File.objects.get()
    page = client.post(url, {"title": "Good standing", "token": "t2", "kept": str(kept.pk), **DAY})
    assert page.status_code == 302 and Document.objects.get().file_id == kept.pk


def test_a_kept_file_of_somebody_else_is_not_taken(cast: Cast, as_) -> None:
    theirs = received(cast.bea.actor)
    answer = as_(cast.ben).post(
        reverse("documents:add", args=["good_standing"]),
        {"title": "x", "token": "t2", "kept": str(theirs.pk), **DAY},
    )
    assert answer.status_code == 200 and not Document.objects.exists()


def test_a_refused_file_is_named_at_its_field_and_in_the_summary(cast: Cast, as_) -> None:
    given = {"title": "W-9", "file": _upload(b"MZ" + b"\0" * 99, "w9.pdf"), "token": "t"}
    page = as_(cast.ben).post(reverse("documents:add", args=["w9"]), given).content.decode()
    assert page.count("Inside, this is") >= 2 and "data-error-summary" in page
    assert not File.objects.exists()


def test_the_same_form_sent_twice_makes_one_file(cast: Cast, as_) -> None:
    client, url = as_(cast.ben), reverse("documents:add", args=["w9"])
    for _ in range(2):
        client.post(url, {"title": "W-9", "file": _upload(pdf("same"), "w9.pdf"), "token": "same"})
    assert File.objects.count() == 1


def test_an_upload_reaches_the_view_sealed(cast: Cast, as_, monkeypatch) -> None:
    seen: list[object] = []
    real = actions.receive
    monkeypatch.setattr(
        actions, "receive", lambda actor, upload, **more: (seen.append(upload), real(actor, upload, **more))[1]
    )
    as_(cast.ben).post(
        reverse("documents:add", args=["w9"]), {"title": "W-9", "file": _upload(name="w9.pdf"), "token": "t"}
    )
    assert isinstance(seen[0], SealedUpload)


def test_an_empty_vault_says_what_will_stand_there(cast: Cast, as_) -> None:
    page = as_(cast.alice).get(reverse("documents:vault")).content.decode()
    assert "Your papers will stand here" in page and "About 15 minutes" in page
    page = as_(cast.rita).get(reverse("documents:vault")).content.decode()
    assert "Add a document" not in page and "You can read these" in page


def test_the_list_costs_the_same_for_many_papers(cast: Cast, as_, django_assert_max_num_queries) -> None:
    for kind in ("w9", "audit", "board_list", "other", "resume", "irs_determination"):
        document(cast.ben.actor, kind=kind)
    document(cast.ben.actor, kind="good_standing", expires_on=today() + timedelta(days=10))
    client = as_(cast.rita)
    client.get(reverse("documents:vault"))
    with django_assert_max_num_queries(14):
        page = client.get(reverse("documents:vault")).content.decode()
    assert "in 10 days" in page and "Needs you" in page


def test_newer_version_correct_and_remove_by_their_pages(cast: Cast, as_) -> None:
    client, old = as_(cast.ben), document(cast.ben.actor)
    client.post(reverse("documents:replace", args=[old.pk]), {"file": _upload(name="n.pdf"), "token": "n"})
    new = Document.objects.get(replaced_by=None)
    assert new.replaces == old
    page = client.get(reverse("documents:document", args=[old.pk])).content.decode()
    assert "There is a newer version" in page and "Versions" in page
    client.post(reverse("documents:correct", args=[new.pk]), {"title": "W-9 signed"})
    new.refresh_from_db()
    assert new.title == "W-9 signed"
    stale = client.post(reverse("documents:correct", args=[old.pk]), {"title": "x"})
    assert "newer version" in stale.content.decode() and stale.status_code == 200
    for name in ("replace", "correct", "remove"):
        assert client.get(reverse(f"documents:{name}", args=[new.pk])).status_code == 200
    client.post(reverse("documents:remove", args=[new.pk]), {"why": "old"})
    assert "W-9 signed" not in client.get(reverse("documents:vault")).content.decode()


def test_nobody_outside_sees_that_a_paper_exists(cast: Cast, as_) -> None:
    found = document(cast.ben.actor)
    urls = [reverse(f"documents:{n}", args=[found.pk]) for n in ("document", "replace", "correct", "remove")]
    urls.append(found.file.get_absolute_url())
    for person in (cast.bob, cast.bea, cast.charlie, cast.dora, cast.adam, cast.pat):
        client = as_(person)
        for url in urls:
            assert client.get(url).status_code == 404, (person.user.name, url)
            assert client.post(url, {"title": "x"}).status_code in (404, 405)
    for url in urls[:-1]:
        assert Client().get(url).status_code == 302
    assert Client().get(urls[-1]).status_code == 404
    for name in ("replace", "correct", "remove"):  # a reader of the organization may not change
        assert as_(cast.rita).get(reverse(f"documents:{name}", args=[found.pk])).status_code == 404


def test_a_file_is_served_as_an_attachment_under_a_sandbox_with_its_real_name(cast: Cast, as_) -> None:
    content = pdf("served")
    file = received(cast.ben.actor, name='Année "2026" 汉.pdf', content=content)
    assert "Ann" not in file.get_absolute_url() and file.get_absolute_url().endswith(".pdf")
    answer = as_(cast.rita).get(file.get_absolute_url())
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Type"] == "application/pdf" and answer["Content-Length"] == str(len(content))
    assert answer["Content-Disposition"].startswith("attachment;")
    assert quote('Année "2026" 汉.pdf', safe="") in answer["Content-Disposition"]
    assert "sandbox" in answer["Content-Security-Policy"] and "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff" and "no-store" in answer["Cache-Control"]
    assert "script-src" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("state", ["held", "refused"])
def test_what_is_not_released_is_never_served_even_to_its_owner(cast: Cast, as_, state: str) -> None:
    file = received(cast.ben.actor, released=False)
    if state == "refused":
        File.objects.filter(pk=file.pk).update(state="refused", state_reason="Found", state_at=file.received_at)
    answer = as_(cast.ben).get(file.get_absolute_url())
    assert answer.status_code == 403 and b"%PDF" not in answer.content


def test_an_app_above_lets_its_readers_in_and_their_reading_is_witnessed(cast: Cast, as_, monkeypatch) -> None:
    monkeypatch.setattr(access, "_providers", {})
    file = received(cast.ben.actor)
    staff = cast.dora.user.pk
    access.add_provider("test", lambda actor, f: Reading.WITNESSED if actor.user_id == staff else Reading.NO)
    answer = as_(cast.dora).get(file.get_absolute_url())
    assert answer.status_code == 200
    entry = Entry.objects.get(act="file.read")
    assert (entry.witnessed, entry.actor_id, entry.subject_id) == (True, staff, str(file.pk))
    assert as_(cast.percy).get(file.get_absolute_url()).status_code == 404


def test_a_file_of_a_proposal_still_sealed_does_not_exist(cast: Cast, as_, monkeypatch) -> None:
    from procurement_portal.vault import sealing

    class Closed:
        def wrap(self, key: object, plain: bytes, bound: bytes) -> bytes:
            return b"x"

        def unwrap(self, key: object, bound: bytes) -> bytes:
            raise sealing.SealClosed

    key = new_data_key("proposal", "p")
    file = received(cast.ben.actor, within=key)
    url = file.get_absolute_url()
    monkeypatch.setattr(sealing, "_strategies", {**sealing._strategies, "closed": Closed()})
    sealing.rewrap(key, "closed")
    assert as_(cast.ben).get(url).status_code == 404


def _photo(turned: int = 1) -> bytes:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = turned  # orientation
    exif[0x010F] = "zebra-quartz-17"  # the camera's maker
    return picture(size=(400, 200), exif=exif)


def test_photographs_become_one_pdf_in_the_vault(cast: Cast, as_) -> None:
    uploads = [SimpleUploadedFile(f"IMG_{n}.jpg", _photo(6), "image/jpeg") for n in range(3)]
    answer = as_(cast.ben).post(
        reverse("documents:photos"), {"title": "Our garden", "photographs": uploads, "token": "p"}
    )
    assert answer.status_code == 302
    photo_set = PhotoSet.objects.get()
    assert "is being put into one PDF" in as_(cast.rita).get(reverse("documents:vault")).content.decode()
    with pytest.raises(actions.StillHeld):
        actions.make_photos(photo_set.pk)
    for photo in photo_set.photos.all():
        actions.scan(photo.file_id)
    actions.make_photos(photo_set.pk)
    actions.make_photos(photo_set.pk)  # again: nothing more happens
    found = Document.objects.get()
    assert (found.kind, found.title, found.added_by_id) == ("photos", "Our garden", cast.ben.user.pk)
    assert found.file.name == "Our garden.pdf" and found.file.content_type == "application/pdf"


def test_a_photograph_is_turned_upright_and_loses_what_the_camera_wrote(cast: Cast) -> None:
    import io

    from PIL import Image

    made = upright(received(cast.ben.actor, name="a.jpg", content=_photo(6)))
    assert Image.open(io.BytesIO(made)).size == (200, 400) and b"zebra" not in made


def test_a_refused_photograph_is_told_on_the_page(cast: Cast, as_) -> None:
    files = [received(cast.ben.actor, name=f"{n}.jpg", content=_photo()) for n in range(2)]
    photo_set = actions.photos_to_pdf(cast.ben.actor, organization_id=cast.alpha.pk, title="Garden", files=files)
    File.objects.filter(pk=files[0].pk).update(state="refused", state_reason="Found")
    actions.make_photos(photo_set.pk)
    assert "One of the photographs was refused" in as_(cast.ben).get(reverse("documents:vault")).content.decode()


def test_the_public_keys_of_receipts_are_for_everybody() -> None:
    answer = Client().get("/receipts/public-key").json()
    assert answer["algorithm"] == "Ed25519" and answer["keys"][0]["pem"].startswith("-----BEGIN PUBLIC KEY-----")
