namespace Cozy.Web.Tests.Apps;

/// <summary>A folder of apps as a program ships them.</summary>
internal static class ShippedApps
{
    /// <summary>Writes the apps <c>home</c>, <c>store</c> and <c>album</c>, which can pick and show pictures; returns the folder.</summary>
    public static string Write(string folder)
    {
        Write(folder, "home", "1.2.0", """ "category":"cozy","permissions":{"apps":{"type":"io.cozy.apps","verbs":["GET"]} } """);
        Write(folder, "store", "1.0.0", """ "category":"cozy","permissions":{"apps":{"type":"io.cozy.apps"} } """);
        Write(
            folder, "album", "0.3.0",
            """
             "category":"others","screenshots":["shots/one.png"],"permissions":{"files":{"type":"io.cozy.files","verbs":["GET"]} },
             "intents":[{"action":"PICK","type":["io.cozy.files","image/*"],"href":"/pick?full=true#top"}]
            """);
        Directory.CreateDirectory(Path.Combine(folder, "album", "shots"));
        File.WriteAllBytes(Path.Combine(folder, "album", "shots", "one.png"), [0x89, 0x50, 0x4E, 0x47]);
        Directory.CreateDirectory(Path.Combine(folder, "Not an app"));
        return folder;
    }

    /// <summary>Writes one app.</summary>
    public static void Write(string folder, string slug, string version, string members)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, slug)).FullName;
        File.WriteAllText(
            Path.Combine(own, "manifest.webapp"),
            $$"""
            {"name":"The {{slug}}","slug":"{{slug}}","version":"{{version}}","editor":"Cozy","icon":"icon.svg","type":"webapp",
             "routes":{"/":{"folder":"/","index":"index.html","public":false} },{{members}}}
            """);
        File.WriteAllText(Path.Combine(own, "index.html"), $"<html><body data-cozy=\"{{{{.CozyData}}}}\">{slug} {version}</body></html>");
        File.WriteAllText(Path.Combine(own, "icon.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    }
}
