package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Python's boto3, where it is installed: made as the README says, with its defaults. */
class BotoTest {
  @TempDir Path directory;
  private LocalS3 lake;
  private Terminal terminal;

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory.resolve("store"));
    terminal = new Terminal(directory.resolve("work"), Map.of());
    terminal.needs("python3", "-c", "import boto3");
  }

  @AfterEach
  void stop() throws IOException {
    lake.close();
  }

  private void python(String script) throws IOException, InterruptedException {
    String head = Documented.block("AWS CLI and boto3", "python", lake.endpoint());
    terminal.write(
        "script.py", (head + script + "print('DONE')\n").getBytes(StandardCharsets.UTF_8));
    assertThat(terminal.ok("python3", "script.py")).contains("DONE");
  }

  @Test
  void keysOfAnySpellingAreKeptListedAndDeleted() throws Exception {
    python(
        """
        s3.create_bucket(Bucket='lake')
        for key in ['a b+c', 'ü/€', 'x//y', '../z', 'tab\\t', 'a&<b>']:
            s3.put_object(Bucket='lake', Key=key, Body=key.encode(), Metadata={'k': 'v'})
            got = s3.get_object(Bucket='lake', Key=key)
            assert got['Body'].read() == key.encode() and got['Metadata'] == {'k': 'v'}
        assert len(s3.list_objects_v2(Bucket='lake')['Contents']) == 6
        pages = s3.get_paginator('list_objects_v2').paginate(
            Bucket='lake', PaginationConfig={'PageSize': 2})
        keys = [o['Key'] for page in pages for o in page['Contents']]
        assert keys == sorted(keys, key=str.encode) and len(keys) == 6
        old = s3.get_paginator('list_objects').paginate(
            Bucket='lake', Delimiter='/', PaginationConfig={'PageSize': 1})
        assert [p['Prefix'] for page in old for p in page.get('CommonPrefixes', [])] == [
            '../', 'x/', 'ü/']
        gone = s3.delete_objects(
            Bucket='lake', Delete={'Objects': [{'Key': key} for key in keys]})
        assert len(gone['Deleted']) == 6 and 'Errors' not in gone
        s3.delete_bucket(Bucket='lake')
        """);
  }

  @Test
  void filesAreTransferredInParts() throws Exception {
    python(
        """
        import io, os
        from boto3.s3.transfer import TransferConfig
        s3.create_bucket(Bucket='lake')
        body = os.urandom(18_000_000)
        open('big', 'wb').write(body)
        s3.upload_file('big', 'lake', 'big', ExtraArgs={'ContentType': 'image/png'})
        s3.download_file('lake', 'big', 'back')
        assert open('back', 'rb').read() == body
        head = s3.head_object(Bucket='lake', Key='big')
        assert head['ETag'].endswith('-3"') and head['ContentType'] == 'image/png'
        small = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
        s3.upload_fileobj(io.BytesIO(body), 'lake', 'stream', Config=small)
        s3.copy({'Bucket': 'lake', 'Key': 'stream'}, 'lake', 'copied', Config=small)
        out = io.BytesIO()
        s3.download_fileobj('lake', 'copied', out, Config=small)
        assert out.getvalue() == body
        assert s3.head_object(Bucket='lake', Key='copied')['ETag'].endswith('-4"')
        """);
  }

  @Test
  void resourcesAreObjectsOfPython() throws Exception {
    python(
        """
        lake = boto3.resource(
            's3', endpoint_url=s3.meta.endpoint_url, region_name='us-east-1',
            aws_access_key_id='test-key', aws_secret_access_key='test-secret')
        bucket = lake.create_bucket(Bucket='lake')
        bucket.wait_until_exists()
        bucket.Versioning().enable()
        for n in range(25):
            bucket.put_object(Key=f'd{n % 3}/{n:02}', Body=b'x' * n)
        thing = bucket.Object('d0/00')
        thing.put(Body=b'second', Metadata={'who': 'me'})
        thing.wait_until_exists()
        assert thing.get()['Body'].read() == b'second' and thing.metadata == {'who': 'me'}
        assert [o.key for o in bucket.objects.filter(Prefix='d1/').limit(3)] == [
            'd1/01', 'd1/04', 'd1/07']
        assert len(list(bucket.object_versions.filter(Prefix='d0/00'))) == 2
        bucket.Object('copy').copy_from(CopySource={'Bucket': 'lake', 'Key': 'd0/00'})
        assert bucket.Object('copy').content_length == 6
        bucket.object_versions.delete()
        bucket.delete()
        bucket.wait_until_not_exists()
        """);
  }

  @Test
  void presignedUrlsReadAndWrite() throws Exception {
    python(
        """
        import urllib.request, urllib.error
        from botocore.config import Config
        s3.create_bucket(Bucket='lake')
        new = boto3.client(
            's3', endpoint_url=s3.meta.endpoint_url, region_name='us-east-1',
            aws_access_key_id='test-key', aws_secret_access_key='test-secret',
            config=Config(signature_version='s3v4'))
        put = new.generate_presigned_url(
            'put_object', {'Bucket': 'lake', 'Key': 'ä b', 'ContentType': 'text/plain'})
        send = urllib.request.Request(
            put, data=b'hello', method='PUT', headers={'Content-Type': 'text/plain'})
        assert urllib.request.urlopen(send).status == 200
        get = new.generate_presigned_url(
            'get_object', {'Bucket': 'lake', 'Key': 'ä b', 'ResponseContentType': 'image/gif'})
        got = urllib.request.urlopen(get)
        assert got.read() == b'hello' and got.headers['Content-Type'] == 'image/gif'
        try:
            urllib.request.urlopen(get + 'x')
            assert False
        except urllib.error.HTTPError as e:
            assert e.code == 403
        """);
  }

  @Test
  void formsArePosted() throws Exception {
    terminal.needs("python3", "-c", "import urllib3");
    python(
        """
        import urllib3
        http = urllib3.PoolManager()
        s3.create_bucket(Bucket='lake')
        def post(size, **more):
            form = s3.generate_presigned_post('lake', 'in/${filename}', **more)
            fields = dict(form['fields'], file=('a b.txt', b'x' * size, 'text/plain'))
            return http.request('POST', form['url'], fields=fields, redirect=False)
        assert post(5).status == 204
        assert s3.get_object(Bucket='lake', Key='in/a b.txt')['Body'].read() == b'xxxxx'
        made = post(5_000_000, Fields={'acl': 'private', 'success_action_status': '201'},
                    Conditions=[{'acl': 'private'}, {'success_action_status': '201'},
                                ['content-length-range', 1, 5_000_000]])
        assert made.status == 201 and b'<Key>in/a b.txt</Key>' in made.data, made.data
        big = post(6, Conditions=[['content-length-range', 1, 5]])
        assert big.status == 400 and b'EntityTooLarge' in big.data, big.data
        old = post(5, ExpiresIn=-1)
        assert old.status == 403 and b'Policy expired' in old.data, old.data
        """);
  }
}
