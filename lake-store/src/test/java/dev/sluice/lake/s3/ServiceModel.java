package dev.sluice.lake.s3;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.RequiredTrait;
import software.amazon.awssdk.protocols.core.OperationInfo;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Request;

/** What the SDK knows of S3: every operation, and the least a request for it must say. */
final class ServiceModel {
  private ServiceModel() {}

  /** An operation, and a request for it about the bucket and the key. */
  record Call(String operation, String method, String target, Map<String, String> headers) {
    Call {
      headers = Map.copyOf(headers);
    }

    Call asking(String parameter) {
      return new Call(
          operation, method, target + (target.contains("?") ? "&" : "?") + parameter, headers);
    }

    Call saying(String header, String value) {
      Map<String, String> more = new TreeMap<>(headers);
      more.put(header, value);
      return new Call(operation, method, target, more);
    }
  }

  static List<Call> calls(String bucket, String key) throws ReflectiveOperationException {
    Map<String, Call> calls = new TreeMap<>();
    for (Method method : S3AsyncClient.class.getMethods()) {
      Class<?>[] parameters = method.getParameterTypes();
      if (parameters.length > 0
          && S3Request.class.isAssignableFrom(parameters[0])
          && parameters[0] != S3Request.class) {
        String operation = parameters[0].getSimpleName().replaceAll("Request$", "");
        calls.put(operation, call(operation, parameters[0], bucket, key));
      }
    }
    return List.copyOf(calls.values());
  }

  private static Call call(String operation, Class<?> type, String bucket, String key)
      throws ReflectiveOperationException {
    Class<?> marshaller =
        Class.forName(
            "software.amazon.awssdk.services.s3.transform." + operation + "RequestMarshaller");
    Field binding = marshaller.getDeclaredField("SDK_OPERATION_BINDING");
    binding.setAccessible(true);
    OperationInfo info = (OperationInfo) binding.get(null);
    List<String> query = new ArrayList<>();
    Map<String, String> headers = new TreeMap<>();
    StringBuilder path = new StringBuilder("/");
    for (SdkField<?> each : ((SdkPojo) type.getMethod("builder").invoke(null)).sdkFields()) {
      if (each.locationName().equals("Bucket") && each.location() == MarshallLocation.PATH) {
        path.append(bucket);
      } else if (each.containsTrait(RequiredTrait.class)) {
        String value = each.marshallingType() == MarshallingType.INTEGER ? "1" : "x";
        if (each.location() == MarshallLocation.QUERY_PARAM) {
          query.add(each.locationName() + "=" + value);
        } else if (each.location() == MarshallLocation.HEADER) {
          boolean source = each.locationName().endsWith("-source");
          headers.put(each.locationName(), source ? bucket + "/" + key : value);
        }
      }
    }
    String[] uri = info.requestUri().split("\\?", 2);
    path.append(uri[0].replace("/{Key+}", "/" + key));
    if (uri.length > 1) {
      query.add(0, uri[1]);
    }
    String target = path + (query.isEmpty() ? "" : "?" + String.join("&", query));
    return new Call(operation, info.httpMethod().name(), target.replace("//", "/"), headers);
  }
}
