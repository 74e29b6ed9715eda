namespace Cozy.Benchmarks.Servers;

/// <summary>What the kernel alone could do: nginx sending the files of a folder with sendfile.</summary>
internal static class NginxServer
{
    private const string Program = "/usr/sbin/nginx";

    /// <summary>Starts it, to end with the environment; null when it is not installed.</summary>
    public static async Task<Uri?> StartAsync(BenchmarkEnvironment environment)
    {
        if (!File.Exists(Program))
            return null;

        var (port, configuration) = (BenchmarkEnvironment.FreePort(), Path.Combine(environment.Folder, "nginx.conf"));
        await File.WriteAllTextAsync(configuration, $$"""
            daemon off;
            user {{Environment.UserName}};
            worker_processes 2;
            pid {{environment.Folder}}/nginx.pid;
            error_log stderr;
            events {}
            http {
              sendfile on;
              tcp_nopush on;
              access_log off;
              client_body_temp_path {{environment.Folder}}/nginx-body;
              proxy_temp_path {{environment.Folder}}/nginx-proxy;
              fastcgi_temp_path {{environment.Folder}}/nginx-fastcgi;
              uwsgi_temp_path {{environment.Folder}}/nginx-uwsgi;
              scgi_temp_path {{environment.Folder}}/nginx-scgi;
              server { listen 127.0.0.1:{{port}}; root {{environment.Folder}}; }
            }
            """);
        environment.Start(Program, "-c", configuration);
        var address = new Uri($"http://127.0.0.1:{port}/");
        await environment.WaitForAsync(new Uri(address, "document.json"));
        return address;
    }
}
