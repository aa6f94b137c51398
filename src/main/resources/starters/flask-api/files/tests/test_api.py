import pytest

from app import create_app


@pytest.fixture
def client(tmp_path):
    return create_app(str(tmp_path / "tasks.db")).test_client()


def test_a_task_is_made_changed_and_deleted(client):
    made = client.post("/api/tasks", json={"title": " Learn Flask "})
    assert made.status_code == 201
    assert made.json == {"id": 1, "title": "Learn Flask", "done": False}

    assert client.patch("/api/tasks/1", json={"done": True}).json["done"] is True
    assert client.patch("/api/tasks/1", json={"title": "Know Flask"}).json == {
        "id": 1,
        "title": "Know Flask",
        "done": True,
    }

    assert client.delete("/api/tasks/1").status_code == 204
    assert client.delete("/api/tasks/1").status_code == 404
    assert client.get("/api/tasks").json == {"tasks": []}


def test_done_filters_the_list(client):
    for title in ("one", "two"):
        client.post("/api/tasks", json={"title": title})
    client.patch("/api/tasks/2", json={"done": True})
    titles = lambda query: [task["title"] for task in client.get("/api/tasks" + query).json["tasks"]]
    assert titles("") == ["one", "two"]
    assert titles("?done=true") == ["two"]
    assert titles("?done=false") == ["one"]
    assert client.get("/api/tasks?done=maybe").status_code == 400


def test_tasks_outlive_the_server(tmp_path):
    path = str(tmp_path / "tasks.db")
    before = create_app(path)
    before.test_client().post("/api/tasks", json={"title": "stay"})
    after = create_app(path)
    tasks = after.test_client().get("/api/tasks").json["tasks"]
    assert [task["title"] for task in tasks] == ["stay"]


@pytest.mark.parametrize(
    "body", [{}, {"title": ""}, {"title": "  "}, {"title": 7}, {"title": "x" * 201}, ["title"]]
)
def test_a_bad_task_is_refused_with_the_reason(client, body):
    answer = client.post("/api/tasks", json=body)
    assert answer.status_code == 400
    assert answer.json["error"]
    assert client.get("/api/tasks").json == {"tasks": []}


def test_done_must_be_a_truth_value(client):
    client.post("/api/tasks", json={"title": "one"})
    assert client.patch("/api/tasks/1", json={"done": "yes"}).status_code == 400


def test_a_title_is_data_and_no_sql(client):
    title = "'); DROP TABLE tasks; --"
    assert client.post("/api/tasks", json={"title": title}).json["title"] == title
    assert len(client.get("/api/tasks").json["tasks"]) == 1


def test_malformed_large_and_unknown_requests(client):
    assert client.post("/api/tasks", data="{", content_type="application/json").status_code == 400
    assert client.post("/api/tasks", data="title=x").status_code in (400, 415)
    assert client.post("/api/tasks", json={"title": "x" * 70_000}).status_code == 413
    assert client.patch("/api/tasks/9", json={"done": True}).status_code == 404
    assert client.get("/nowhere").json["error"]


def test_it_says_that_it_is_alive(client):
    assert client.get("/health").json == {"status": "ok"}
