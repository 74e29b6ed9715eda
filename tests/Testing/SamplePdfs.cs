using System.Globalization;
using System.IO.Compression;
using System.Text;
using PdfSharp.Pdf.IO;
using UglyToad.PdfPig;

namespace Cozy.Testing;

/// <summary>PDFs made object by object, good and bad ones, and what another library reads in one.</summary>
public static class SamplePdfs
{
    private const int FirstPage = 10;
    private const int Contents = 1000;
    private const int Pictures = 2000;
    private const int Fields = 3000;

    private static readonly Lazy<byte[]> Packed = new(MakeBomb);

    /// <summary>
    /// Pages of 200 by 100, 201 by 100, … points with a text and a picture each. All share one dictionary of resources, each links
    /// to the next one and to the web, and has a part of one form field.
    /// </summary>
    public static PdfBuilder Book(params string[] texts)
    {
        var numbers = Enumerable.Range(0, texts.Length).ToList();
        var pdf = new PdfBuilder()
            .Set(1, $"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>/OpenAction[{FirstPage} 0 R/Fit]>>")
            .Set(2, $"<</Type/Pages/Count {texts.Length}/Kids[{References(numbers, FirstPage)}]/Resources<</Font<</F1 3 0 R>>/XObject<<{Names(numbers)}>>>>>>")
            .Set(3, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
            .Set(5, $"<</FT/Tx/T(name)/V(value of all pages)/Kids[{References(numbers, Fields)}]>>");
        foreach (var number in numbers)
        {
            var next = FirstPage + ((number + 1) % texts.Length);
            pdf.Set(FirstPage + number, Text($"""
                <</Type/Page/Parent 2 0 R/MediaBox[0 0 {200 + number} 100]/Rotate {number * 90 % 360}/Contents {Contents + number} 0 R/Annots[
                <</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Dest[{next} 0 R/Fit]>>
                <</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.org/{number + 1})>>>>
                <</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/JavaScript/JS(app.alert\(1\))>>>>
                {Fields + number} 0 R]>>
                """));
            pdf.SetStream(
                Contents + number, "/Filter/FlateDecode",
                PdfBuilder.Compress(Encoding.Latin1.GetBytes($"BT /F1 12 Tf 10 50 Td ({texts[number]}) Tj ET q 9 0 0 9 0 0 cm /Im{number} Do Q")));
            pdf.SetStream(
                Pictures + number, "/Type/XObject/Subtype/Image/Width 8/Height 2/ColorSpace/DeviceGray/BitsPerComponent 8",
                Encoding.ASCII.GetBytes(Marker(number + 1)));
            pdf.Set(Fields + number, $"<</Type/Annot/Subtype/Widget/Rect[0 20 9 29]/Parent 5 0 R/P {FirstPage + number} 0 R/TU(of page {number + 1})>>");
        }

        return pdf;
    }

    /// <summary>16 bytes that are nowhere but in the picture of a page.</summary>
    public static string Marker(int page) => string.Create(CultureInfo.InvariantCulture, $"PICTURE-PAGE-{page:D3}");

    /// <summary>The same document with passwords; an empty one lets anybody read it.</summary>
    public static byte[] Encrypt(byte[] pdf, string userPassword)
    {
        using var source = PdfReader.Open(new MemoryStream(pdf), PdfDocumentOpenMode.Import);
        using var target = new PdfSharp.Pdf.PdfDocument();
        foreach (var page in source.Pages)
            target.AddPage(page);
        (target.SecuritySettings.UserPassword, target.SecuritySettings.OwnerPassword) = (userPassword, "owner");
        using var output = new MemoryStream();
        target.Save(output, closeStream: false);
        return output.ToArray();
    }

    /// <summary>A document of one page whose parts a test changes.</summary>
    public static PdfBuilder Leaflet() => new PdfBuilder()
        .Set(1, "<</Type/Catalog/Pages 2 0 R>>")
        .Set(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>")
        .Set(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>")
        .SetStream(4, "", "q Q"u8);

    /// <summary>A stream of some kilobytes that unpacks to half a gigabyte, for <c>/Filter[/FlateDecode/FlateDecode]</c>.</summary>
    public static byte[] Bomb => Packed.Value;

    /// <summary>What another library reads: of each page its text, its size and how it is turned, as <c>text 200x100 90</c>.</summary>
    public static IReadOnlyList<string> Read(byte[] pdf)
    {
        using var document = PdfDocument.Open(pdf);
        return [.. document.GetPages().Select(page => Text($"{page.Text} {page.CropBox.Bounds.Width}x{page.CropBox.Bounds.Height} {page.Rotation.Value}"))];
    }

    private static byte[] MakeBomb()
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var spaces = new byte[1 << 20];
            spaces.AsSpan().Fill((byte)' ');
            for (var i = 0; i < 512; i++)
                zlib.Write(spaces);
        }

        return PdfBuilder.Compress(packed.ToArray());
    }

    private static string References(IEnumerable<int> numbers, int first) => string.Join(' ', numbers.Select(number => $"{first + number} 0 R"));

    private static string Names(IEnumerable<int> numbers) => string.Concat(numbers.Select(number => $"/Im{number} {Pictures + number} 0 R"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
