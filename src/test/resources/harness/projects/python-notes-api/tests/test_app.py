import pytest

from app import create_app


@pytest.fixture
def client():
    return create_app().test_client()


def test_is_alive(client):
    assert client.get("/health").get_json() == {"status": "ok"}


def test_keeps_a_note(client):
    answer = client.post("/notes", json={"title": " Tea ", "body": "two cups"})
    assert answer.status_code == 201
    assert answer.get_json() == {"id": 1, "title": "Tea", "body": "two cups"}
    assert client.get("/notes/1").get_json()["title"] == "Tea"


@pytest.mark.parametrize("title", ["", "   ", "x" * 81, None, 5])
def test_refuses_bad_titles(client, title):
    answer = client.post("/notes", json={"title": title})
    assert answer.status_code == 422
    assert "title" in answer.get_json()["error"]


def test_refuses_what_is_no_object(client):
    assert client.post("/notes", data="nonsense").status_code == 400
    assert client.post("/notes", json=[1]).status_code == 400


def test_finds_notes_by_text(client):
    for title, body in (("Tea", ""), ("Milk", "for the TEA"), ("Bread", "")):
        client.post("/notes", json={"title": title, "body": body})
    assert [note["title"] for note in client.get("/notes?q=tea").get_json()] == ["Tea", "Milk"]
    assert len(client.get("/notes").get_json()) == 3


def test_removes_a_note_once(client):
    client.post("/notes", json={"title": "Tea"})
    assert client.delete("/notes/1").status_code == 204
    assert client.delete("/notes/1").status_code == 404
    assert client.get("/notes/1").status_code == 404
