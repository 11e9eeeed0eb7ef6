from __future__ import annotations

import hashlib
import io
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from modeloid.music.columns import to_score
from modeloid.music.datasets.archived import Archived, table
from modeloid.music.datasets.licence import Licence
from modeloid.music.errors import DataError
from modeloid.music.store.build import open_corpus

from ..pieces import piece

SONG = to_score(piece([(0, 1, 60)])).dumps_midi()


class Toy(Archived):
    name = "toy"
    doc = "toys"
    citation = "nobody"
    url = "https://toys.example"
    download = "http://localhost:9/pack.zip"
    licence = Licence("permissive", "MIT")
    archives = ("toy", "toybox")
    patterns = ("songs/*.mid",)

    def parts(self, root):
        return table(root, "info.csv", "file", "split")


def members():
    index = "file,split\nsongs/a.mid,train\nsongs/b.mid,validation\n"
    return {"toy/songs/a.mid": SONG, "toy/songs/b.mid": SONG, "toy/other/c.mid": SONG, "toy/info.csv": index.encode()}


def zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in members().items():
            packed.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def place(tmp_path, home, monkeypatch):
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("MODELOID_DATA", str(folder))
    return folder


def read(known):
    with known.entries() as entries:
        return [(entry.name, entry.part, entry.source.read_bytes() == SONG) for entry in entries]


EXPECTED = [("a.mid", "train", True), ("b.mid", "valid", True)]


def test_a_zip_of_the_users_folder_is_read(place):
    (place / "toybox.zip").write_bytes(zipped())
    assert read(Toy()) == EXPECTED
    assert Toy().place() == place / "toybox.zip"


def test_so_is_a_tar(place):
    with tarfile.open(place / "toy.tar.gz", "w:gz") as packed:
        for name, content in members().items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    assert read(Toy()) == EXPECTED


def test_and_an_unpacked_folder(place):
    for name, content in members().items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    assert read(Toy()) == EXPECTED
    before = Toy().stamp()
    (place / "toy" / "songs" / "a.mid").write_bytes(SONG + b"\0")
    assert Toy().stamp() != before


def test_an_archive_that_points_outside_is_refused(place):
    with tarfile.open(place / "toy.tar.gz", "w:gz") as packed:
        packed.addfile(tarfile.TarInfo("../../outside"), io.BytesIO())
    with pytest.raises(DataError, match="broken archive"):
        read(Toy())
    assert not (place.parent / "outside").exists()


def test_a_broken_archive_and_one_of_something_else_are_one_line(place):
    (place / "toy.zip").write_bytes(zipped()[:-40])
    with pytest.raises(DataError, match="broken archive"):
        read(Toy())
    with zipfile.ZipFile(place / "toy.zip", "w") as packed:
        packed.writestr("readme", "nothing")
    with pytest.raises(DataError, match=r"no files songs/\*\.mid.*by hand"):
        read(Toy())


def test_a_listed_checksum_is_verified(place):
    content = zipped()
    (place / "toy.zip").write_bytes(content)
    (place / "SHA256SUMS").write_text(f"{hashlib.sha256(content).hexdigest()}  toy.zip\n")
    assert read(Toy()) == EXPECTED
    (place / "SHA256SUMS").write_text(f"{'0' * 64}  toy.zip\n")
    with pytest.raises(DataError, match="SHA-256"):
        read(Toy())


def test_what_cannot_be_fetched_says_what_to_do_by_hand(place):
    with pytest.raises(DataError, match="cannot be fetched") as caught:
        read(Toy())
    for words in ("https://toys.example", "downloads/toy-pack.zip", "MODELOID_DATA", "toy or toybox"):
        assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert Toy().stamp() == []


class NoDownload(Toy):
    name = "nodownload"
    download = ""


def test_a_set_without_an_address_says_so(place):
    with pytest.raises(DataError, match=r"cannot be fetched by this program.*by hand from https://toys.example"):
        read(NoDownload())


@pytest.fixture
def server():
    served = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            served.append(self.path)
            body = zipped()
            self.send_response(200 if self.path == "/pack.zip" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    listening = ThreadingHTTPServer(("localhost", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://localhost:{listening.server_port}", served
    listening.shutdown()
    listening.server_close()


def fetched(address, digest=""):
    known = Toy()
    known.download = f"{address}/pack.zip"
    known.sha256 = digest
    return known


def test_a_set_is_fetched_once_verified_and_kept(place, home, server):
    address, served = server
    known = fetched(address, hashlib.sha256(zipped()).hexdigest())
    assert read(known) == read(known) == EXPECTED
    assert served == ["/pack.zip"]
    assert [path.name for path in (home / "downloads").iterdir()] == ["toy-pack.zip"]


def test_what_hashes_wrongly_is_not_kept(place, home, server):
    with pytest.raises(DataError, match="SHA-256"):
        read(fetched(server[0], "0" * 64))
    assert list((home / "downloads").iterdir()) == []


def test_what_the_server_does_not_have_is_one_line(place, server):
    known = fetched(server[0])
    known.download = f"{server[0]}/none.zip"
    with pytest.raises(DataError, match=r"cannot be fetched.*by hand"):
        read(known)


def test_the_parts_lie_in_the_store(place):
    (place / "toy.zip").write_bytes(zipped())
    corpus = open_corpus(Toy())
    assert list(corpus.parts) == ["train", "valid"]
    assert corpus.header["parts"] == {"train": 1, "valid": 1, "test": 0}
    assert corpus.header["licence"] == {"term": "permissive", "text": "MIT"}
