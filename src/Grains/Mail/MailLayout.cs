using System.Net;
using System.Text;

namespace Cozy.Grains.Mail;

/// <summary>Makes the two bodies of a mail from what it says.</summary>
internal static class MailLayout
{
    /// <summary>The plain text.</summary>
    public static string Text(MailContent content, string domain)
    {
        var text = new StringBuilder();
        text.Append(content.Greeting).Append("\n\n");
        foreach (var paragraph in content.Before)
            text.Append(paragraph).Append("\n\n");
        if (content.Code is not null)
            text.Append("    ").Append(content.Code).Append("\n\n");
        if (content.Button is var (_, link))
            text.Append(link.AbsoluteUri).Append("\n\n");
        foreach (var paragraph in content.After)
            text.Append(paragraph).Append("\n\n");
        return text.Append("-- \n").Append(domain).Append('\n').ToString();
    }

    /// <summary>The HTML: styles stand where they are used, because mail programs drop style sheets.</summary>
    public static string Html(MailContent content, string domain, string language)
    {
        var body = new StringBuilder();
        Paragraph(body, content.Greeting);
        foreach (var paragraph in content.Before)
            Paragraph(body, paragraph);
        if (content.Code is not null)
        {
            body.Append("<p style=\"margin:24px 0;font-size:26px;letter-spacing:3px;font-weight:600\">")
                .Append(Encode(content.Code)).Append("</p>\n");
        }

        if (content.Button is var (label, link))
        {
            body.Append("<p style=\"margin:28px 0\"><a href=\"").Append(Encode(link.AbsoluteUri))
                .Append("\" style=\"background:#1d5c4f;color:#ffffff;text-decoration:none;padding:12px 22px;border-radius:10px;display:inline-block;font-weight:600\">")
                .Append(Encode(label)).Append("</a></p>\n<p style=\"margin:0 0 16px;font-size:13px;color:#5d6b66;word-break:break-all\">")
                .Append(Encode(link.AbsoluteUri)).Append("</p>\n");
        }

        foreach (var paragraph in content.After)
            Paragraph(body, paragraph);
        return $"""
            <!DOCTYPE html>
            <html lang="{Encode(language)}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{Encode(content.Subject)}</title></head>
            <body style="margin:0;padding:24px;background:#f3f1ec;color:#20302b;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.5">
            <div style="max-width:560px;margin:0 auto;background:#ffffff;border-radius:14px;padding:32px">
            {body}<p style="margin:28px 0 0;border-top:1px solid #e3dfd6;padding-top:14px;font-size:13px;color:#5d6b66">{Encode(domain)}</p>
            </div>
            </body>
            </html>

            """;
    }

    private static void Paragraph(StringBuilder body, string text) =>
        body.Append("<p style=\"margin:0 0 16px\">").Append(Encode(text)).Append("</p>\n");

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
