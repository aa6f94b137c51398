package ai.bharatbuild.agents.verify;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Packages that many projects use, by the name with which they are imported. */
final class KnownPackages {
  /** Of Node itself; never installed. */
  static final Set<String> NODE_BUILTINS =
      Set.of(
          "assert",
          "async_hooks",
          "buffer",
          "child_process",
          "cluster",
          "crypto",
          "dgram",
          "dns",
          "events",
          "fs",
          "http",
          "http2",
          "https",
          "net",
          "os",
          "path",
          "perf_hooks",
          "process",
          "querystring",
          "readline",
          "stream",
          "string_decoder",
          "timers",
          "tls",
          "tty",
          "url",
          "util",
          "v8",
          "vm",
          "worker_threads",
          "zlib");

  /**
   * For what runs. The newest that fits is installed: {@code latest} is what a person would get.
   */
  static final Set<String> NPM =
      words(
          "react react-dom react-router-dom vue vue-router pinia svelte express cors helmet morgan"
              + " compression cookie-parser body-parser express-rate-limit express-validator multer"
              + " dotenv axios uuid nanoid zod joi ajv bcrypt bcryptjs jsonwebtoken passport"
              + " mongoose mongodb pg mysql2 sqlite3 better-sqlite3 sequelize knex redis ioredis ws"
              + " socket.io socket.io-client fastify koa hono next lodash date-fns dayjs luxon clsx"
              + " classnames zustand redux react-redux @reduxjs/toolkit @tanstack/react-query"
              + " react-hook-form react-icons lucide-react framer-motion recharts chart.js"
              + " react-chartjs-2 d3 three winston pino chalk commander yargs glob marked ejs pug"
              + " handlebars nodemailer sharp @prisma/client tailwind-merge immer rxjs");

  /** For building and testing. */
  static final Set<String> NPM_DEV =
      words(
          "vite vitest jest mocha chai sinon supertest nodemon typescript ts-node tsx eslint"
              + " prettier @vitejs/plugin-react @vitejs/plugin-vue @eslint/js globals"
              + " typescript-eslint eslint-plugin-react-hooks jsdom happy-dom"
              + " @testing-library/react @testing-library/jest-dom @testing-library/user-event"
              + " @testing-library/dom tailwindcss @tailwindcss/vite postcss autoprefixer sass"
              + " concurrently cross-env esbuild rollup ts-jest babel-jest @babel/core"
              + " @babel/preset-env @babel/preset-react");

  /** Whose types come in a package of their own. */
  static final Set<String> NPM_TYPES =
      words(
          "node express cors morgan compression cookie-parser body-parser multer bcrypt bcryptjs"
              + " jsonwebtoken passport pg ws lodash react react-dom supertest jest mocha chai"
              + " sinon nodemailer d3 three ejs");

  /** Distributions of Python by the module that they bring. */
  static final Map<String, String> PYTHON =
      Stream.of(
              "flask=Flask flask_cors=Flask-Cors flask_sqlalchemy=Flask-SQLAlchemy"
                  + " flask_login=Flask-Login flask_migrate=Flask-Migrate flask_wtf=Flask-WTF"
                  + " django=Django rest_framework=djangorestframework fastapi=fastapi"
                  + " starlette=starlette uvicorn=uvicorn gunicorn=gunicorn waitress=waitress"
                  + " requests=requests httpx=httpx aiohttp=aiohttp pydantic=pydantic"
                  + " pydantic_settings=pydantic-settings sqlalchemy=SQLAlchemy alembic=alembic"
                  + " psycopg2=psycopg2-binary pymongo=pymongo redis=redis celery=celery jwt=PyJWT"
                  + " jose=python-jose passlib=passlib bcrypt=bcrypt dotenv=python-dotenv"
                  + " yaml=PyYAML PIL=Pillow cv2=opencv-python-headless numpy=numpy pandas=pandas"
                  + " scipy=scipy sklearn=scikit-learn matplotlib=matplotlib seaborn=seaborn"
                  + " bs4=beautifulsoup4 lxml=lxml jinja2=Jinja2 click=click typer=typer rich=rich"
                  + " pytest=pytest multipart=python-multipart email_validator=email-validator"
                  + " marshmallow=marshmallow "
                  + "dateutil=python-dateutil openpyxl=openpyxl docx=python-docx markdown=Markdown"
                      .strip())
          .flatMap(all -> Stream.of(all.split(" ")))
          .collect(
              Collectors.toUnmodifiableMap(
                  pair -> pair.substring(0, pair.indexOf('=')),
                  pair -> pair.substring(pair.indexOf('=') + 1)));

  private KnownPackages() {}

  private static Set<String> words(String words) {
    return Set.of(words.split(" "));
  }
}
