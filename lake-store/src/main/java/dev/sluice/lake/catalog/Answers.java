package dev.sluice.lake.catalog;

import dev.sluice.lake.http.Reply;
import org.apache.iceberg.rest.RESTResponse;

/** The protocol's answers as replies. */
final class Answers {
  private Answers() {}

  static Reply ok(RESTResponse response) {
    return Reply.json(200, RestJson.write(response));
  }

  static Reply done(Runnable change) {
    change.run();
    return Reply.empty(204);
  }
}
