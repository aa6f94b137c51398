package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.Tool;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;

/** The tools as the model is told of them. */
final class ToolSchemas {
  static final String LIST = "list_files";
  static final String READ = "read_file";
  static final String SEARCH = "search_files";
  static final String WRITE = "write_file";
  static final String APPEND = "append_file";
  static final String EDIT = "edit_file";
  static final String DELETE = "delete_file";
  static final String RUN = "run_command";
  static final String OUTPUT = "read_output";

  /** Look, change nothing. */
  static final List<Tool> READERS =
      List.of(
          tool(
              LIST,
              "Lists the project's files with their sizes, without dependencies and build output.",
              """
              {"type":"object","properties":{
                "under":{"type":"string","description":"only below this directory"}}}\
              """),
          tool(
              READ,
              "Reads a file, or some of its lines. A long file comes in parts.",
              """
              {"type":"object","required":["path"],"properties":{
                "path":{"type":"string","description":"relative to the project, such as src/app.js"},
                "from_line":{"type":"integer","description":"first line, from 1"},
                "lines":{"type":"integer","description":"how many lines"}}}\
              """),
          tool(
              SEARCH,
              "Finds the lines of the project's files that hold a text. No patterns.",
              """
              {"type":"object","required":["text"],"properties":{
                "text":{"type":"string"},
                "under":{"type":"string","description":"only below this directory"},
                "ignore_case":{"type":"boolean"}}}\
              """));

  /** Make and change files. */
  static final List<Tool> WRITERS =
      List.of(
          tool(
              WRITE,
              "Writes a whole file. A long one is written in parts: this call with more=true, then"
                  + " append_file; nothing is saved before the last part.",
              """
              {"type":"object","required":["path","content"],"properties":{
                "path":{"type":"string"},
                "content":{"type":"string","description":"all of the file, or its first part"},
                "more":{"type":"boolean","description":"whether parts follow"}}}\
              """),
          tool(
              APPEND,
              "Gives the next part of a file that write_file began with more=true.",
              """
              {"type":"object","required":["path","content"],"properties":{
                "path":{"type":"string"},
                "content":{"type":"string","description":"what follows the part before, at once"},
                "more":{"type":"boolean","description":"whether parts follow"}}}\
              """),
          tool(
              EDIT,
              "Changes parts of a file, all or nothing: by edits, each of which replaces whole"
                  + " lines that the file has exactly once, or by a unified diff.",
              """
              {"type":"object","required":["path"],"properties":{
                "path":{"type":"string"},
                "edits":{"type":"array","items":{
                  "type":"object","required":["search","replace"],"properties":{
                    "search":{"type":"string","description":"whole lines as they are"},
                    "replace":{"type":"string","description":"whole lines as they are to be"}}}},
                "diff":{"type":"string","description":"hunks of a unified diff of this file"}}}\
              """));

  static final Tool DELETER =
      tool(
          DELETE,
          "Deletes a file.",
          """
          {"type":"object","required":["path"],"properties":{"path":{"type":"string"}}}\
          """);

  /** Run commands in the sandbox. */
  static final List<Tool> RUNNERS =
      List.of(
          tool(
              RUN,
              "Runs a command line by a shell in the project's sandbox, in the project's directory,"
                  + " and waits for its end. For what ends by itself; servers do not.",
              """
              {"type":"object","required":["command"],"properties":{
                "command":{"type":"string"},
                "timeout_seconds":{"type":"integer","description":"1 to 300, else 120"}}}\
              """),
          tool(
              OUTPUT,
              "Reads more of the output of a command: some of its lines, or those with a text.",
              """
              {"type":"object","required":["id"],"properties":{
                "id":{"type":"string","description":"as run_command told it"},
                "from_line":{"type":"integer","description":"first line, from 1"},
                "find":{"type":"string","description":"only lines with this text"}}}\
              """));

  private ToolSchemas() {}

  static Tool tool(String name, String description, String schema) {
    try {
      return new Tool(name, description, Json.MAPPER.readTree(schema));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(name, e);
    }
  }
}
