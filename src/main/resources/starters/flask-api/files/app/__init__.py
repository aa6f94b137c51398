"""The HTTP side of the tasks."""

import os

from flask import Flask, abort, g, jsonify, request
from werkzeug.exceptions import HTTPException

from .tasks import InvalidTask, Tasks

MAX_BODY = 64 * 1024


def create_app(database=None):
    app = Flask(__name__)
    path = database or os.environ.get("DATABASE", "tasks.db")

    def tasks():
        if "tasks" not in g:
            g.tasks = Tasks(path)
        return g.tasks

    @app.before_request
    def limit_body():
        if (request.content_length or 0) > MAX_BODY:
            abort(413)

    @app.teardown_appcontext
    def close(_error):
        if "tasks" in g:
            g.tasks.close()

    @app.get("/")
    def index():
        return jsonify(name="Tasks API", tasks="/api/tasks")

    @app.get("/health")
    def health():
        return jsonify(status="ok")

    @app.get("/api/tasks")
    def list_tasks():
        done = {"true": True, "false": False, None: None}.get(request.args.get("done"), "?")
        if done == "?":
            raise InvalidTask("done must be true or false")
        return jsonify(tasks=tasks().list(done))

    @app.post("/api/tasks")
    def add_task():
        return jsonify(tasks().add(request.get_json())), 201

    @app.patch("/api/tasks/<int:task_id>")
    def change_task(task_id):
        return found(tasks().change(task_id, request.get_json()))

    @app.delete("/api/tasks/<int:task_id>")
    def remove_task(task_id):
        return ("", 204) if tasks().remove(task_id) else found(None)

    @app.errorhandler(InvalidTask)
    def invalid(error):
        return jsonify(error=str(error)), 400

    @app.errorhandler(HTTPException)
    def failed(error):
        return jsonify(error=error.description), error.code

    return app


def found(task):
    return (jsonify(error="no such task"), 404) if task is None else jsonify(task)
