package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.Tool;

/** The tool by which a model hands in its plan. */
final class PlanSchema {
  static final String NAME = "submit_plan";

  static final Tool TOOL =
      ToolSchemas.tool(
          NAME,
          "Hands in the plan. It is checked; what is wrong with it is told.",
          """
          {"type":"object",
           "required":["name","summary","stack","tasks","files","commands"],
           "properties":{
             "name":{"type":"string","description":"of the project, short"},
             "summary":{"type":"string","description":"what it does, in a few sentences"},
             "stack":{"type":"string","description":"one of the stacks that there are"},
             "tasks":{"type":"array","items":{"type":"object","required":["id","title"],"properties":{
               "id":{"type":"string"},
               "title":{"type":"string"},
               "depends_on":{"type":"array","items":{"type":"string"},
                 "description":"ids of tasks before it"}}}},
             "files":{"type":"array","items":{"type":"object","required":["path","purpose"],"properties":{
               "path":{"type":"string"},
               "purpose":{"type":"string",
                 "description":"what is in it and how others use it: names, parameters, results"},
               "task":{"type":"string","description":"id of the task it is a part of"},
               "depends_on":{"type":"array","items":{"type":"string"},
                 "description":"paths of planned files that must be known to write it"},
               "exports":{"type":"array","items":{"type":"string"},
                 "description":"names that other files use"}}}},
             "commands":{"type":"object","required":["test"],"properties":{
               "install":{"type":"string"},
               "build":{"type":"string"},
               "test":{"type":"string","description":"exits 0 only if all tests pass"},
               "run":{"type":"string","description":"serves until it is stopped"}}},
             "probe":{"type":"object","required":["port","path"],
               "description":"what answers once it runs; there exactly if run is there",
               "properties":{
                 "port":{"type":"integer"},
                 "path":{"type":"string"},
                 "status":{"type":"integer"}}}}}\
          """);

  private PlanSchema() {}
}
