package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.Credential;
import dev.sluice.awswire.Percent;
import dev.sluice.awswire.PolicySignature;
import dev.sluice.awswire.Verification;
import dev.sluice.awswire.WireRequest;
import dev.sluice.awswire.XmlNode;
import dev.sluice.awswire.XmlWriter;
import dev.sluice.lake.access.Caller;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.s3.form.FormType;
import dev.sluice.lake.s3.form.PostPolicy;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * POST of a form. Once its fields are judged it is a PUT whose headers came as fields, so that the
 * rules of headers hold for it too.
 */
final class FormPosts {
  private static final Set<String> SIGNATURE =
      Set.of("policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature");

  /** Fields that are headers of a PUT by the same name. */
  private static final Set<String> HEADERS =
      Set.of(
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "content-md5",
          "content-type",
          "expires");

  private final ObjectStore store;
  private final ObjectWrites writes;
  private final Function<String, Optional<Credential>> keys;
  private final BiConsumer<Caller, S3Request> gate;
  private final InstantSource clock;

  /** The gate throws when the caller may not do what the request, a PUT, asks. */
  FormPosts(
      ObjectStore store,
      ObjectWrites writes,
      Function<String, Optional<Credential>> keys,
      BiConsumer<Caller, S3Request> gate,
      InstantSource clock) {
    this.store = store;
    this.writes = writes;
    this.keys = keys;
    this.gate = gate;
    this.clock = clock;
  }

  FormIntake intake(S3Request request, Verification verification) {
    String boundary =
        request
            .header("content-type")
            .flatMap(FormType::boundary)
            .orElseThrow(
                () ->
                    new AwsFault(
                            412,
                            "PreconditionFailed",
                            "At least one of the pre-conditions you specified did not hold")
                        .with(
                            "Condition",
                            "Bucket POST must be of the enclosure-type multipart/form-data"));
    if (!(verification instanceof Verification.Anonymous)) {
      throw Faults.invalidArgument(
          "Only one auth mechanism allowed: a form carries its signature in its fields.");
    }
    return new FormIntake(boundary, fields -> judge(request, fields));
  }

  private FormIntake.Opened judge(S3Request post, Map<String, String> fields) {
    if (fields.containsKey("awsaccesskeyid") || fields.containsKey("signature")) {
      throw new AwsFault(
          400,
          "InvalidRequest",
          "The authorization mechanism you have provided is not supported. Please use"
              + " AWS4-HMAC-SHA256.");
    }
    if (fields.getOrDefault("key", "").isEmpty()) {
      throw Faults.invalidArgument(
          "Bucket POST must contain a field named 'key'.  If it is specified, please check the"
              + " order of the fields.");
    }
    Caller caller = caller(fields);
    PostPolicy.SizeRange size = new PostPolicy.SizeRange(0, ObjectStore.MAX_PUT);
    if (caller instanceof Caller.KeyHolder) {
      PostPolicy policy = PostPolicy.parse(fields.get("policy"));
      Map<String, String> restricted = new HashMap<>(fields);
      restricted.keySet().removeAll(Set.of("policy", "x-amz-signature"));
      restricted.put("bucket", post.theBucket());
      policy.check(restricted, clock.instant());
      size = policy.size().orElse(size);
    }
    S3Request put = asPut(post, fields);
    gate.accept(caller, put);
    HeaderRules.check(put, Operation.PUT_OBJECT);
    BodyChecks checks = BodyChecks.of(put, Operation.PUT_OBJECT);
    store.bucket(put.theBucket());
    Intake.Stored stored =
        new Intake.Stored(store.receive(checks.algorithms()), checks, Optional.empty());
    return new FormIntake.Opened(put, Map.copyOf(fields), stored, size);
  }

  private Caller caller(Map<String, String> fields) {
    if (!fields.containsKey("policy")) {
      return new Caller.Anonymous();
    }
    PolicySignature signature =
        new PolicySignature(
            needed(fields, "x-amz-algorithm"),
            needed(fields, "x-amz-credential"),
            needed(fields, "x-amz-date"),
            needed(fields, "x-amz-signature"),
            needed(fields, "policy"));
    Verification verification = signature.verify("s3", keys);
    if (verification instanceof Verification.Rejected rejected) {
      throw rejected.fault();
    }
    return new Caller.KeyHolder(((Verification.Verified) verification).accessKey());
  }

  private static String needed(Map<String, String> fields, String name) {
    String value = fields.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw Faults.invalidArgument("Bucket POST must contain a field named '" + name + "'.");
    }
    return value;
  }

  private static S3Request asPut(S3Request post, Map<String, String> fields) {
    Map<String, List<String>> headers = new TreeMap<>();
    fields.forEach(
        (name, value) -> {
          boolean header =
              HEADERS.contains(name) || (name.startsWith("x-amz-") && !SIGNATURE.contains(name));
          if (header) {
            headers.put(name, List.of(value));
          } else if (name.equals("acl")) {
            headers.put("x-amz-acl", List.of(value));
          } else if (name.equals("tagging")) {
            // Here tags are a document, as when they are put alone.
            headers.put("x-amz-tagging", List.of(Tags.header(XmlNode.parse(value))));
          }
        });
    post.header("host").ifPresent(host -> headers.put("host", List.of(host)));
    WireRequest wire = new WireRequest("PUT", post.wire().rawPath(), "", headers);
    String key = fields.get("key");
    if (key.indexOf('\0') >= 0) {
      throw new AwsFault(400, "InvalidURI", "Couldn't parse the specified URI.");
    }
    return new S3Request(wire, post.bucket(), Optional.of(key), post.query());
  }

  /** Makes the file an object, and answers as the form asks. */
  S3Answer perform(FormIntake form) {
    FormIntake.Opened opened = form.opened();
    S3Request put = opened.request();
    S3Answer stored = writes.put(put, opened.stored());
    String etag = stored.headers().getOrDefault("etag", "");
    Map<String, String> headers = new HashMap<>(stored.headers());
    Optional<URI> redirect =
        Optional.ofNullable(opened.fields().get("success_action_redirect"))
            .or(() -> Optional.ofNullable(opened.fields().get("redirect")))
            .flatMap(FormPosts::address);
    if (redirect.isPresent()) {
      headers.put("location", redirected(redirect.get(), put, etag));
      return S3Answer.empty(303, headers);
    }
    String location = location(put);
    headers.put("location", location);
    String status = opened.fields().getOrDefault("success_action_status", "204");
    if (!status.equals("201")) {
      return S3Answer.empty(status.equals("200") ? 200 : 204, headers);
    }
    String document =
        new XmlWriter()
            .open("PostResponse")
            .text("Location", location)
            .text("Bucket", put.theBucket())
            .text("Key", put.theKey())
            .text("ETag", etag)
            .close()
            .document();
    return new S3Answer(201, headers, new S3Answer.Body.Document(document));
  }

  /** What cannot be read as an address is as if it were not there, as at S3. */
  private static Optional<URI> address(String text) {
    try {
      URI address = new URI(text);
      String scheme = String.valueOf(address.getScheme());
      return scheme.matches("(?i)https?") && address.getHost() != null
          ? Optional.of(address)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static String redirected(URI address, S3Request put, String etag) {
    String text = address.toASCIIString();
    int hash = text.indexOf('#');
    String page = hash < 0 ? text : text.substring(0, hash);
    return page
        + (address.getRawQuery() == null ? "?" : "&")
        + "bucket="
        + Percent.encode(put.theBucket())
        + "&key="
        + Percent.encode(put.theKey())
        + "&etag="
        + Percent.encode(etag)
        + (hash < 0 ? "" : text.substring(hash));
  }

  private static String location(S3Request put) {
    String path = put.wire().rawPath();
    return "http://"
        + put.header("host").orElse("")
        + (path.endsWith("/") ? path : path + "/")
        + Percent.encodePath(put.theKey());
  }
}
