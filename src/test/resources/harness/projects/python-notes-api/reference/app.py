from flask import Flask, jsonify, request

from notes import Notes


def create_app():
    app = Flask(__name__)
    notes = Notes()

    @app.get("/health")
    def health():
        return jsonify(status="ok")

    @app.post("/notes")
    def add():
        fields = request.get_json(silent=True)
        if not isinstance(fields, dict):
            return jsonify(error="the body must be a JSON object"), 400
        try:
            return jsonify(notes.add(fields.get("title"), str(fields.get("body", "")))), 201
        except ValueError as error:
            return jsonify(error=str(error)), 422

    @app.get("/notes")
    def search():
        return jsonify(notes.search(request.args.get("q", "")))

    @app.get("/notes/<int:note_id>")
    def get(note_id):
        note = notes.get(note_id)
        return jsonify(note) if note else (jsonify(error="there is no such note"), 404)

    @app.delete("/notes/<int:note_id>")
    def remove(note_id):
        return ("", 204) if notes.remove(note_id) else (jsonify(error="there is no such note"), 404)

    return app
