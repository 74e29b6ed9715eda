Console.WriteLine("cozy");
